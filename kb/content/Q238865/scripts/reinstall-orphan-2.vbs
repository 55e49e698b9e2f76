' ==== WHAT THIS IS
' Fixdesk: reinstall-orphan, stage 2 of 2. From article Q238865, tree 01234567.
' Remove the client whose only site no longer exists, and install it into a site that does.
' Not certain: The article speaks of a client that belongs to more than one site. A client without a site is left, so deleting the
'       code alone would leave it without any.
' Not certain: Do not remove it with smsman, which needs the site. 20CLICLN.BAT needs none.
' Not certain: The articles know this case from other causes, so take the diagnosis as likely and not as certain.
' Run it with cscript //nologo. Exit codes: 10 ok, 11 nothing to do, 12 refused, 13 failed, 14 rolled back, 15 started.
Option Explicit
Const RESULT = "FIXDESK-RESULT v=1 fix=reinstall-orphan script=b5ea8ed7"
Const HOLDER = "WINDIR"
Sub Usage
  WScript.Echo "Without an argument it only shows what it would do."
  WScript.Echo "/apply FOLDER does it, /verify checks whether it is done."
  WScript.Echo "/undo puts back what this script removed or changed, unless somebody else has changed it since."
  WScript.Echo "FOLDER is the folder that holds SMSMAN.EXE."
  WScript.Echo "Backup and log go to the folder FIXDESK of Windows, each time under a new number from 001 to 999."
End Sub
' ==== THE PLAN
Sub Course
  On Error Resume Next
  Carry : Catch Err.Number, Err.Description
  PutBack : Catch Err.Number, Err.Description
  CloseRun : Catch Err.Number, Err.Description
  Finish
End Sub
Sub Begin
  MustBe "nt", "This is not Windows NT 4.0, 2000 or later. Nothing was done."
  CanRead
  NeedFolder "apply", "SMSMAN.EXE"
  TakeLock
  NoneOpen
End Sub
Sub Steps
  Task 8, "reads", "Stop while anything of these is there: the service SMS Client Service, MS\SMS\Core\Bin\Clisvcl.exe."
  LookTraces "show apply verify", Array("clisvc"), Array("MS\SMS\Core\Bin\Clisvcl.exe"), Array()
  StopWhere "show apply verify", Trace <> "" And LastRun() <> "", "nothing-to-do", "This script has run here already, and it is installed. There is nothing to do."
  StopWhere "show apply verify", Trace <> "", "refused", "It is not removed yet. Restart the computer, or go back to the stage before. Nothing was changed."
  Task 9, "reads", "Stop unless this user may change this computer as an administrator."
  Rights 1
  Rights 2
  Task 10, "reads", "Export HKLM\SYSTEM\CurrentControlSet\Services\Wuser32 or else HKLM\SOFTWARE\Microsoft\SMS\Client\Configuration\Client Properties to a new file."
  Look 1
  Look 2
  NewRun False
  ExportKeys 10, "HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\Wuser32|HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\SMS\Client\Configuration\Client Properties", ""
  Save 1
  Save 2
  Task 11, "changes", "Delete the key HKLM\SYSTEM\CurrentControlSet\Services\Wuser32 with everything below it."
  Note 1
  Change 1
  Compare 1, False, "HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\Wuser32 could not be deleted, or is there again."
  Task 12, "changes", "Delete the value SMS Client Deinstall from HKLM\SOFTWARE\Microsoft\SMS\Client\Configuration\Client Properties."
  Note 2
  Change 2
  Compare 2, False, "SMS Client Deinstall could not be deleted, or is there again."
  Task 13, "changes", "Run SMSMAN.EXE from the folder given to the script: \\server\SMSLOGON\x86.bin\00000409 of a logon point."
  RunGiven 13, "SMSMAN.EXE", "", True
End Sub
Sub Looks
  Compare 2, False, "SMS Client Deinstall could not be deleted, or is there again."
  Compare 1, False, "HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\Wuser32 could not be deleted, or is there again."
  Task 14, "reads", "Look later that these are there: the service SMS Client Service, MS\SMS\Core\Bin\Clisvcl.exe."
  LookTraces "verify", Array("clisvc"), Array("MS\SMS\Core\Bin\Clisvcl.exe"), Array()
  StopWhere "verify", Trace = "", "failed", "It is not there yet."
  Task 15, "person", "Give smsman the logon point of a site that works. Afterwards the Sites tab shows that site, and no other."
  Remark "show", "Nothing was changed. Run this file with /apply to do it."
End Sub
Sub Guards
  Rights 1
  Rights 2
  OpenRun
  Unchanged 1
  Unchanged 2
  Reopen
End Sub
Sub Back
  Restore 2
  Restore 1
End Sub
Sub Targets
  Target 1, "HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\Wuser32", "HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\Wuser32"
  Target 2, "SMS Client Deinstall", "HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\SMS\Client\Configuration\Client Properties"
End Sub
' How target n is now.
Function StateOf(n)
  If n = 1 Then StateOf = KeyState(n)
  If n = 2 Then StateOf = ValueState(n, "")
End Function
' What the plan makes of target n that was in a state.
Function Changing(n, was)
  If n = 1 Then Changing = "-"
  If n = 2 Then Changing = WithValue(n, was, "")
End Function
Function Viewer() : Viewer = Regedit() : End Function
' ==== THE ENGINE: the same in every script of this kind; lib/vbs.vbs of Fixdesk has its remarks
Dim Shell, Fso, Windows, Mode, Doing, Status, StepNo, Halted, Folder, Hold, Run, Log, Work, LockFile, Wide, Changed, Torn
Dim Ran, Later, Code, Resumed, Late, Down, Trace
Dim Names(99), Keys(99), Found(99), Facts(99), Spelled(99), Forms(99), Odd(99), Others(99), Beside(99), Rest(99), Watch(99)
Set Shell = CreateObject("WScript.Shell") : Set Fso = CreateObject("Scripting.FileSystemObject")
Course
Sub Carry
  Dim item : Windows = Variable("WINDIR") : Hold = Variable(HOLDER) & "\FIXDESK" : Mode = "show" : Status = "ok" : StepNo = 0
  If WScript.Arguments.Count > 0 Then item = LCase(WScript.Arguments(0)) : Mode = "help"
  If WScript.Arguments.Count > 1 Then Folder = Fso.GetAbsolutePathName(WScript.Arguments(1))
  If item = "/apply" Or item = "/verify" Or item = "/undo" Then Mode = Mid(item, 2)
  Doing = Mode
  If Mode = "help" Then Usage : Exit Sub
  If InWindow() Then Halt "refused", "Run this file with cscript //nologo, which shows more than one line at a time."
  Targets
  Begin
  If Mode = "undo" Then Guards : Back : Exit Sub
  If Mode <> "verify" Then Steps
  Looks
End Sub
Sub Catch(number, what)
  If number <> 0 Then Err.Clear : Fail "The script met an error of its host: " & what & " If anything was changed, run this file with /undo."
End Sub
Sub Finish
  Dim tail, name, exits : On Error Resume Next
  If Status = "ok" And Later Then Status = "started" : Say "The program was started and ended with code " & Code & ". Run this file with /verify later to see whether it has worked."
  If Work <> "" Then Fso.DeleteFolder Work
  If Ran Then tail = " code=" & Code
  Say RESULT & " mode=" & Mode & " status=" & Status & " step=" & StepNo & tail
  For Each name In Array("ok", "nothing-to-do", "refused", "failed", "rolled-back", "started")
    If name = Status Then WScript.Quit 10 + exits
    exits = exits + 1
  Next
End Sub
Function InWindow()
  On Error Resume Next
  InWindow = (LCase(Right(WScript.FullName, 11)) = "wscript.exe") : Err.Clear
End Function
Function NewList() : Set NewList = CreateObject("Scripting.Dictionary") : NewList.CompareMode = 1 : End Function
Function Variable(name)
  Variable = Replace(Shell.ExpandEnvironmentStrings("%" & name & "%"), Chr(0), "")
  If Variable = "%" & name & "%" Then Variable = ""
End Function
Function Platform()
  If Variable("OS") = "Windows_NT" Then Platform = "nt" Else Platform = "9x"
End Function
Function Skip(modes) : Skip = (Halted Or InStr(modes, Doing) = 0) : End Function
Sub Say(line)
  Dim file : WScript.Echo line
  If Log = "" Then Exit Sub
  On Error Resume Next
  Set file = Fso.OpenTextFile(Log, 8, True)
  file.WriteLine line
  file.Close : Err.Clear
End Sub
Sub Remark(modes, line)
  If Not Skip(modes) Then Say line
End Sub
Sub Halt(how, why) : Halted = True : Status = how : Say why : End Sub
Sub Fail(why)
  If Changed Then Halt "failed", why Else Halt "refused", why
End Sub
Sub Task(number, effect, does)
  If Not Halted Then StepNo = number : Say "step " & number & " " & effect & ": " & does
End Sub
Sub Target(n, name, spellings) : Names(n) = name : Keys(n) = spellings : End Sub
Sub MustBe(family, why)
  If Not Halted And (Variable("OS") = "Windows_NT") <> (family = "nt") Then Halt "refused", why
End Sub
Sub NeedFolder(modes, files)
  Dim name
  If Not Skip(modes) And Folder = "" Then Halt "refused", "Name the folder that holds " & Replace(files, "|", ", ") & " after /" & Mode & ". Nothing was changed."
  If Not Skip(modes) And InStr(Folder, "%") > 0 Then Halt "refused", "The name of the folder has a percent sign. Rename it, or copy the files to another folder. Nothing was changed."
  For Each name In Split(files, "|")
    If Not Skip(modes) And Not Fso.FileExists(Folder & "\" & name) Then Halt "refused", "The folder does not hold " & name & ". Nothing was changed."
  Next
End Sub
Function ReadFile(name, wideFile)
  Dim file : ReadFile = ""
  If Not Fso.FileExists(name) Then Exit Function
  If Fso.GetFile(name).Size = 0 Then Exit Function
  Set file = Fso.OpenTextFile(name, 1, False, wideFile)
  ReadFile = file.ReadAll
  file.Close
End Function
Function WriteFile(name, content, wideFile)
  Dim file : WriteFile = False
  On Error Resume Next
  Set file = Fso.CreateTextFile(name, True, wideFile)
  file.Write content
  file.Close
  WriteFile = (Fso.FileExists(name) And ReadFile(name, wideFile) = content) : Err.Clear
End Function
Function Copied(name, copy)
  Copied = False
  On Error Resume Next
  Fso.CopyFile name, copy, True
  Copied = (Fso.GetFile(copy).Size = Fso.GetFile(name).Size) : Err.Clear
End Function
Sub Discard(name)
  If Fso.FileExists(name) Then Fso.DeleteFile name, True
End Sub
Function WorkFile(name)
  Dim root, n : root = Variable("TEMP") : WorkFile = ""
  If root = "" Then root = Windows & "\TEMP"
  On Error Resume Next
  Do While Work = "" And n < 99 And InStr(root, "%") = 0
    n = n + 1 : Err.Clear
    Fso.CreateFolder root & "\FX" & n
    If Err.Number = 0 Then Work = root & "\FX" & n
  Loop
  Err.Clear
  If Work <> "" Then WorkFile = Work & "\" & name
End Function
Function Launch(line, window)
  On Error Resume Next
  Launch = Shell.Run(line, window, True)
  If Err.Number <> 0 Then Launch = -1 : Err.Clear
End Function
Function Regedit() : Regedit = Windows & "\regedit.exe" : End Function
Function Dump(key)
  Dim name, file : Dump = "?"
  name = WorkFile("KEY.REG")
  If name = "" Then Exit Function
  Discard name
  If Launch(Viewer() & " /e """ & name & """ """ & key & """", 0) = -1 Then Exit Function
  If Not Fso.FileExists(name) Then Dump = "" : Exit Function
  If Not Copied(name, name & "2") Then Exit Function
  Set file = Fso.OpenTextFile(name, 1)
  Wide = (InStr("RW", file.Read(1)) = 0)
  file.Close
  Dump = ReadFile(name, Wide)
  If Right(Dump, 2) <> vbCrLf Then Dump = "?"
End Function
Function CanLook()
  Const SURE = "HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Control\ComputerName"
  CanLook = (InStr(1, Dump(SURE), "[" & SURE & "]", 1) > 0)
End Function
Sub CanRead
  If Not Halted And WorkFile("x") = "" Then Halt "refused", "The folder for temporary files cannot be written to. Set TEMP to one that can. Nothing was changed."
  If Not Halted Then If Not CanLook() Then Halt "refused", "The registry could not be read, so nothing can be said about this computer. Nothing was changed."
End Sub
Function Exported(key)
  Dim text : Exported = ""
  If Halted Then Exit Function
  text = Dump(key)
  If InStr(1, text, "[" & key & "]", 1) > 0 Then Exported = Replace(text, ",\" & vbCrLf & "  ", ",") : Exit Function
  If text = "?" Or Not CanLook() Or ReadError(key & "\") = &H80070005 Then Fail "" & key & " could not be looked at. Nothing was changed."
End Function
Function WriteReg(name, content)
  Dim head : head = "REGEDIT4"
  If Wide Then head = "Windows Registry Editor Version 5.00"
  WriteReg = WriteFile(name, head & vbCrLf & vbCrLf & content, Wide)
End Function
Sub Import(name) : Launch Viewer() & " /s """ & name & """", 0 : End Sub
Sub ImportNew(name, content)
  If WriteReg(name, content) Then Import name
End Sub
Function Parts(text)
  Dim all, line, held, plain, key : Set all = NewList()
  For Each line In Split(text, vbCrLf)
    held = held & line
    plain = Replace(Replace(held, "\\", ""), "\""", "")
    If Left(held, 1) = "[" Then
      key = Mid(held, 2, Len(held) - 2) : all(key) = "" : held = ""
    ElseIf (Len(plain) - Len(Replace(plain, """", ""))) Mod 2 = 0 Then
      If key <> "" And held <> "" Then all(key & vbTab & NameOf(held)) = held
      held = ""
    Else
      held = held & vbCrLf
    End If
  Next
  Set Parts = all
End Function
Function NameOf(line)
  NameOf = "@"
  If Left(line, 1) = """" Then NameOf = Left(line, InStr(2, Replace(Replace(line, "\\", "xx"), "\""", "xx"), """="))
End Function
Function DataOf(line) : DataOf = Mid(line, Len(NameOf(line)) + 2) : End Function
Function Upto(text, sign) : Upto = Left(text, InStr(text & sign, sign) - 1) : End Function
Function Quoted(text) : Quoted = """" & Replace(Replace(text, "\", "\\"), """", "\""") & """" : End Function
Function ValueName(n)
  If Names(n) = "" Then ValueName = "@" Else ValueName = Quoted(Names(n))
End Function
Function Difference(a, b)
  Dim item, part, top : top = vbTab
  For Each item In a.Keys
    part = Split(item, vbTab)
    If Not b.Exists(item) And InStr(1, Replace(item, vbTab, "\"), top & "\", 1) <> 1 Then
      If UBound(part) = 0 Then top = item : Difference = Difference & "[-" & item & "]" & vbCrLf ' with all below it
      If UBound(part) = 1 Then Difference = Difference & "[" & part(0) & "]" & vbCrLf & part(1) & "=-" & vbCrLf
    End If
  Next
  For Each item In b.Keys
    If Not a.Exists(item) Or a(item) <> b(item) Then Difference = Difference & "[" & Upto(item, vbTab) & "]" & vbCrLf & b(item) & vbCrLf
  Next
End Function
Function Same(one, other)
  Same = (one = other)
  If Not Same And Left(one, 1) = "[" And Left(other, 1) = "[" Then Same = (Difference(Parts(one), Parts(other)) = "")
End Function
Function Among(piece, whole)
  Dim a, b, item : Among = (piece = Left(whole, Len(piece)))
  If Left(piece, 1) <> "[" Then Exit Function
  Set a = Parts(piece) : Set b = Parts(whole) : Among = True
  For Each item In a.Keys
    If Not b.Exists(item) Or a(item) <> b(item) Then Among = False
  Next
End Function
Function KeyText(n)
  Dim key : Spelled(n) = "" : Forms(n) = "" : Odd(n) = False : Others(n) = 0
  For Each key In Split(Keys(n), "|")
    If Spelled(n) = "" Then KeyText = Exported(key)
    If Spelled(n) = "" And KeyText <> "" Then Spelled(n) = key
  Next
End Function
Function SpelledIn(state)
  If Left(state, 1) = "[" Then SpelledIn = Mid(state, 2, InStr(state & vbCrLf, "]" & vbCrLf) - 2)
End Function
Function KeyState(n)
  Dim text : text = KeyText(n)
  If text = "" Then KeyState = "-" Else KeyState = Mid(text, InStr(text, vbCrLf & "[") + 2)
End Function
Function ValueState(n, kind)
  Dim all, line : Set all = Parts(KeyText(n))
  If Spelled(n) = "" Then ValueState = "-" : Exit Function
  If all.Exists(Spelled(n) & vbTab & ValueName(n)) Then line = all(Spelled(n) & vbTab & ValueName(n)) & vbCrLf : Forms(n) = " value"
  If line <> "" Then Odd(n) = (InStr(DataOf(line), kind) <> 1)
  ValueState = "[" & Spelled(n) & "]" & vbCrLf & line
End Function
Function WithValue(n, was, data)
  Dim key : key = SpelledIn(was)
  WithValue = was
  If key = "" And data = "" Then Exit Function
  If key = "" Then key = Upto(Keys(n), "|")
  WithValue = "[" & key & "]" & vbCrLf
  If data <> "" Then WithValue = WithValue & ValueName(n) & "=" & data & vbCrLf
End Function
Function SavedState(n)
  If IsEmpty(Found(n)) Then SavedState = ReadFile(StateFile(n), Wide) Else SavedState = Found(n)
End Function
Function Below(item, key)
  If Mid(item, Len(key) + 1, 1) = vbTab Then Below = Replace(Mid(item, Len(key) + 2), """", "") Else Below = Upto(Replace(Mid(item, Len(key) + 2), vbTab, "\"), "\")
End Function
Sub Look(n)
  Dim state : If Skip("show apply verify") Then Exit Sub
  state = StateOf(n)
  If Halted Or state = "?" Then Exit Sub
  Found(n) = state : Facts(n) = ""
  If Odd(n) Then Facts(n) = " odd"
  If state = "-" Then Facts(n) = Facts(n) & " no-key"
  If Same(Changing(n, state), state) Then Facts(n) = Facts(n) & " done"
  If Forms(n) <> "" Or Left(state, 1) = "=" Then Facts(n) = Facts(n) & " present"
  If InStr(2, Forms(n), " ") > 0 Then Facts(n) = Facts(n) & " several"
  If Others(n) = 0 And state <> "-" Then Facts(n) = Facts(n) & " alone"
  If Forms(n) <> "" Then Say "  " & Names(n) & " is a " & Trim(Forms(n)) & " of " & Spelled(n) & "."
  If Forms(n) = "" And Left(state, 1) = "[" Then Say "  The key is " & Spelled(n) & "."
End Sub
Sub StopWhere(modes, holds, how, why)
  If Not Skip(modes) And holds Then Halt how, why
End Sub
Sub LookTraces(modes, services, files, keys)
  Dim item : If Skip(modes) Then Exit Sub
  For Each item In services
    If Installed(item) Then Trace = item
  Next
  For Each item In files
    If Fso.FileExists(Base() & item) Then Trace = item
  Next
  For Each item In keys
    If Exported(item) <> "" Then Trace = item
  Next
  If Trace <> "" And Not Halted Then Say "  " & Trace & " is there."
End Sub
Function Base()
  Base = Variable("SMS_LOCAL_DIR") & "\"
  If Base = "\" Then Base = Windows & "\"
End Function
Function Installed(service)
  Dim failure : failure = ReadError("HKLM\SYSTEM\CurrentControlSet\Services\" & service & "\Type")
  Installed = (failure = 0)
  If failure <> 0 And failure <> &H80070002 Then Fail "The service " & service & " could not be looked at. Nothing was changed."
End Function
Function ReadError(name)
  On Error Resume Next
  Shell.RegRead name
  ReadError = Err.Number : Err.Clear
End Function
Sub Compare(n, mayMiss, why)
  Dim state : If Skip("apply verify") Then Exit Sub
  state = StateOf(n)
  If Halted Or (mayMiss And Mode = "verify" And state = "-") Then Exit Sub
  If Odd(n) Or Not Same(Changing(n, state), state) Then Halt "failed", why
End Sub
Sub TakeLock
  If Skip("apply undo") Then Exit Sub
  On Error Resume Next
  If Not Fso.FolderExists(Hold) Then Fso.CreateFolder Hold
  Set LockFile = Fso.OpenTextFile(Hold & "\LOCK", 2, True)
  If IsObject(LockFile) Then Exit Sub
  If WriteFile(Hold & "\HOLD.ID", "x", False) Then Halt "refused", "Another Fixdesk script is at work on this computer. Wait until it has ended. Nothing was changed." Else Halt "refused", "This user cannot write to the folder FIXDESK of Windows. Run this as an administrator. Nothing was changed."
  Fso.DeleteFile Hold & "\HOLD.ID" : Err.Clear
End Sub
Sub NoneOpen
  If Skip("apply") Then Exit Sub
  If Fso.FileExists(LastRun() & "\OPEN.ID") Then Halt "refused", "An earlier run of this script did not come to its end. Run it with /undo first. Nothing was changed."
End Sub
Sub Rights(n)
  Dim key, line, tried : If Skip("apply undo") Then Exit Sub
  KeyText n : key = Spelled(n) : line = """FixdeskRights""="
  If key = "" Then Exit Sub
  ImportNew WorkFile("RIGHTS.REG"), "[" & key & "]" & vbCrLf & line & """x""" & vbCrLf
  tried = InStr(Exported(key), line & """x""") > 0
  ImportNew WorkFile("RIGHTS.REG"), "[" & key & "]" & vbCrLf & line & "-" & vbCrLf
  If Not tried Or InStr(Exported(key), line) > 0 Then Fail "This user may not change " & key & ". Run this as an administrator. Nothing was changed."
End Sub
Function Numbered(n) : Numbered = Hold & "\" & Right("00" & n, 3) : End Function
Function LastRun()
  Dim n : LastRun = ""
  For n = 1 To 999
    If Fso.FileExists(Numbered(n) & "\" & Right(RESULT, 8) & ".ID") And Not Fso.FileExists(Numbered(n) & "\UNDONE.ID") Then LastRun = Numbered(n)
  Next
End Function
Sub NewRun(again)
  Dim n, free : free = 1
  If Skip("apply") Then Exit Sub
  If Not again And Fso.FileExists(LastRun() & "\OPEN.ID") Then Halt "refused", "An earlier run of this script did not come to its end. Run it with /undo first. Nothing was changed." : Exit Sub
  For n = 1 To 999
    If Fso.FolderExists(Numbered(n)) Or Fso.FileExists(Numbered(n)) Then free = n + 1
  Next
  On Error Resume Next
  If free < 1000 Then Fso.CreateFolder Numbered(free) : Run = Numbered(free)
  On Error Goto 0
  If Not WriteNote("RUN") Or Not WriteNote("OPEN") Or Not WriteNote(Right(RESULT, 8)) Then Run = "" : Halt "refused", "No new folder for the backup could be made in the folder FIXDESK of Windows. Nothing was changed." : Exit Sub
  Log = Run & "\LOG.TXT" : Say "  backup and log: " & Run & ""
End Sub
Function WriteNote(name)
  WriteNote = False
  If Run <> "" Then WriteNote = WriteFile(Run & "\" & name & ".ID", "x", False)
End Function
Function Noted(name) : Noted = (Run <> "" And Fso.FileExists(Run & "\" & name & ".ID")) : End Function
Sub Forget(name)
  If Run <> "" Then Discard Run & "\" & name & ".ID"
End Sub
Sub ExportKeys(number, spellings, missing)
  Dim key, n, text, some : If Skip("apply") Then Exit Sub
  For Each key In Split(spellings, "|")
    n = n + 1 : text = Exported(key)
    If text <> "" Then some = True : If Not WriteFile(Run & "\KEY" & number & "-" & n & ".REG", text, Wide) Then Fail "The backup of " & key & " is missing or not whole, and the drive may be full. Nothing was changed."
  Next
  If Not Halted And Not some And missing <> "" Then Halt missing, "The key " & Upto(spellings, "|") & " is not there, and this script does not make it. Nothing was changed."
End Sub
Sub Save(n)
  Dim bare : bare = Found(n)
  If Skip("apply") Then Exit Sub
  If bare = "-" Or bare = "+" Then bare = "[" & SpelledIn(Changing(n, bare)) & "]" & vbCrLf ' a key that is made goes only where it is empty
  If Not WriteFile(StateFile(n), Found(n), Wide) Or Not WriteReg(Run & "\T" & n & "R.REG", Difference(Parts(Changing(n, Found(n))), Parts(bare))) Then Fail "The backup of " & Names(n) & " is missing or not whole, and the drive may be full. Nothing was changed."
  Set Watch(n) = Parts(Found(n))
  If IsObject(Beside(n)) Then Set Rest(n) = Beside(n)
End Sub
Function StateFile(n) : StateFile = Run & "\T" & n & ".TXT" : End Function
Sub Note(n)
  If Skip("apply") Then Exit Sub
  If Not Same(StateOf(n), Found(n)) And Not Halted Then Fail "" & Names(n) & " has changed while this script looked at it. Run it again. Nothing was changed."
  If Halted Then Exit Sub
  If WriteNote("T" & n) Then Changed = True Else Fail "A note could not be written to the folder of the run, and the drive may be full. Nothing was changed."
End Sub
Sub Change(n)
  Dim script : If Skip("apply") Then Exit Sub
  script = Difference(Parts(Found(n)), Parts(Changing(n, Found(n))))
  If script <> "" Then ImportNew Run & "\T" & n & "D.REG", script
End Sub
Sub OpenRun
  If Skip("undo") Then Exit Sub
  Run = LastRun()
  If Run = "" Then Halt "nothing-to-do", "No run of this script is left to undo. There is nothing to do." : Exit Sub
  Log = Run & "\LOG.TXT" : Resumed = Noted("OPEN")
End Sub
Sub Unchanged(n)
  Dim was, state : If Skip("undo") Or Not Noted("T" & n) Then Exit Sub
  If Not Fso.FileExists(StateFile(n)) Then Halt "refused", "" & Names(n) & " could not be put back. Its export is in the folder of the run." : Exit Sub
  was = SavedState(n) : Set Watch(n) = Parts(was) : state = StateOf(n)
  If Halted Or Same(state, was) Or Same(state, Changing(n, was)) Then Exit Sub
  If Not Resumed Or Not (Among(state, was) Or Among(state, Changing(n, was))) Then Halt "refused", "Somebody else has changed " & Names(n) & " since. It is left as it is, and nothing was put back."
End Sub
Sub Reopen
  If Skip("undo") Then Exit Sub
  If WriteNote("OPEN") Then Changed = True Else Halt "refused", "A note could not be written to the folder of the run, and the drive may be full. Nothing was changed."
End Sub
Sub Restore(n)
  If Not Noted("T" & n) Or Skip("undo") Then Exit Sub
  If Not IsBack(n) And Not Halted Then Import Run & "\T" & n & "R.REG"
  JudgeRestored n
End Sub
Function IsBack(n)
  Dim state, was : was = SavedState(n)
  Set Watch(n) = Parts(was) : state = StateOf(n)
  IsBack = Same(state, was) Or (was = "+" And state = "[" & SpelledIn(state) & "]" & vbCrLf) ' only the key that was made
End Function
Sub JudgeRestored(n)
  Dim back
  If Not Halted Then back = IsBack(n)
  If back And Not Halted Then Say "  " & Names(n) & " is as it was."
  If Not back And Not Halted Then Halt "failed", "" & Names(n) & " could not be put back. Its export is in the folder of the run."
End Sub
Sub PutBack
  Dim n : If Mode <> "apply" Or Status <> "failed" Or Not Changed Then Exit Sub
  Halted = False : Doing = "undo" : Torn = True
  Back
  If Halted Then Status = "failed" : Say "What was changed could not all be put back. Run this file with /undo, or import the exports in the folder of the run." : Exit Sub
  For n = 1 To 99
    Forget "T" & n
  Next
  Torn = False : Changed = False
  Halt "rolled-back", "What was changed was put back."
End Sub
Sub CloseRun
  If Run = "" Or Torn Or (Mode = "undo" And Status <> "ok") Then Exit Sub
  If Mode = "undo" Then If WriteNote("UNDONE") Then Say "What the last run changed is as it was before." Else Halt "failed", "All is put back, but that could not be noted in the folder of the run: a later undo looks at it again." : Exit Sub
  If Mode = "apply" And Not Changed And Not Ran Then Forget Right(RESULT, 8)
  Forget "OPEN"
End Sub
Sub RunGiven(number, name, arguments, waits)
  Dim line : line = Trim(name & " " & arguments)
  If Skip("apply") Then Exit Sub
  If Right(UCase(name), 4) <> ".BAT" Then
    RunLine number, name, Trim("""" & Folder & "\" & name & """ " & arguments), waits
  ElseIf Platform() = "nt" Then
    RunLine number, name, Windows & "\System32\cmd.exe /c pushd """ & Folder & """ & " & line, waits
  ElseIf WriteFile(Run & "\TOOL.BAT", Left(Folder, 2) & vbCrLf & "cd """ & Mid(Folder, 3) & """" & vbCrLf & line & vbCrLf, False) Then
    RunLine number, name, """" & Run & "\TOOL.BAT""", waits
  Else
    Fail "A note could not be written to the folder of the run, and the drive may be full. Nothing was changed."
  End If
End Sub
Sub RunLine(number, name, line, waits)
  Dim answer
  If Not WriteNote("R" & number) Then Fail "A note could not be written to the folder of the run, and the drive may be full. Nothing was changed." : Exit Sub
  answer = Launch(line, 1)
  If answer = -1 Then Forget "R" & number : Fail "" & name & " could not be started." : Exit Sub
  Ran = True : Changed = True : Code = answer
  Say "  " & name & " ended with code " & Code & "."
  If waits Then Later = True
  If Not waits And Code <> 0 Then Halt "failed", "" & name & " ended with code " & Code & ", which is an error."
End Sub
