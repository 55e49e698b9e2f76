' ==== WHAT THIS IS
' Fixdesk: age-site, stage 1 of 1. From article Q238865, tree 01234567.
' Let the client drop BRI by itself, at its next cycle.
' Not certain: The client drops the site at its next maintenance cycle, which comes when the client service starts and every 23
'       hours.
' Not certain: If it is the only site of the client, the client removes itself. It can be installed again afterwards.
' Run it with cscript //nologo. Exit codes: 10 ok, 11 nothing to do, 12 refused, 13 failed, 14 rolled back, 15 started.
Option Explicit
Const RESULT = "FIXDESK-RESULT v=1 fix=age-site script=6881bbef"
Const HOLDER = "WINDIR"
Sub Usage
  WScript.Echo "Without an argument it only shows what it would do."
  WScript.Echo "/apply does it, /verify checks whether it is done."
  WScript.Echo "/undo puts back what this script removed or changed, unless somebody else has changed it since."
  WScript.Echo "Backup and log go to the folder FIXDESK of Windows, each time under a new number from 001 to 999."
End Sub
' ==== THE PLAN
Sub Course
  On Error Resume Next
  Carry : Catch Err.Number, Err.Description
  PutBack : Catch Err.Number, Err.Description
  StartLeft Array("clisvc") : Catch Err.Number, Err.Description
  CloseRun : Catch Err.Number, Err.Description
  Finish
End Sub
Sub Begin
  MustBe "nt", "This is not Windows NT 4.0, 2000 or later. Nothing was done."
  CanRead
  TakeLock
  NoneOpen
End Sub
Sub Steps
  Task 1, "reads", "Stop unless this is Windows NT 4.0, 2000 or later."
  Task 2, "reads", "Stop unless this user may change this computer as an administrator."
  Rights 1
  Task 3, "reads", "Look whether the key HKLM\SOFTWARE\Microsoft\SMS\Client\Sites\Shared\BRI is there, and another one beside it."
  Look 1
  StopIf "odd", Array(1), "refused", "Site Config Last Checked is there in a form that this script does not change: as part of a text, or as data of another type. Nothing was changed."
  StopIf "no-key", Array(1), "refused", "The client keeps no settings of this site under Sites\Shared, so there is nothing to age. Nothing was changed."
  StopIf "done", Array(1), "nothing-to-do", "It is so already. There is nothing to do."
  Look 2
  StopIf "alone", Array(2), "refused", "No other key of its kind would be left, and the last one is never touched. Nothing was changed."
  Task 4, "reads", "Export HKLM\SOFTWARE\Microsoft\SMS\Client to a new file."
  NewRun False
  ExportKeys 4, "HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\SMS\Client", "refused"
  Save 1
  Task 5, "changes", "Stop SMS Client Service, where they run."
  StopService "clisvc"
  Task 6, "changes", "Set Site Config Last Checked to 1990/01/01 00:00.00 under HKLM\SOFTWARE\Microsoft\SMS\Client\Sites\Shared\BRI."
  Note 1
  Change 1
  Compare 1, False, "Site Config Last Checked is not as it was set."
  Task 7, "changes", "Start SMS Client Service again, those that were stopped."
  StartServices Array("clisvc")
End Sub
Sub Looks
  Task 8, "reads", "Look again: Site Config Last Checked is 1990/01/01 00:00.00."
  Compare 1, True, "Site Config Last Checked is not as it was set."
  Task 9, "person", "Look at Control Panel, Systems Management, Sites within 23 hours. The site is gone and the others are there."
  Remark "show", "Nothing was changed. Run this file with /apply to do it."
End Sub
Sub Guards
  Rights 1
  OpenRun
  Unchanged 1
  StopService "clisvc"
  Reopen
End Sub
Sub Back
  Restore 1
End Sub
Sub Targets
  Target 1, "Site Config Last Checked", "HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\SMS\Client\Sites\Shared\BRI"
  Target 2, "BRI", "HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\SMS\Client\Sites\Shared"
End Sub
' How target n is now.
Function StateOf(n)
  If n = 1 Then StateOf = ValueState(n, """")
  If n = 2 Then StateOf = EntryState(n, "|BRI|")
End Function
' What the plan makes of target n that was in a state.
Function Changing(n, was)
  If n = 1 Then Changing = WithValue(n, was, Quoted("1990/01/01 00:00.00"))
  If n = 2 Then Changing = WithoutEntry(n, was)
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
Function EntryState(n, mine)
  Dim all, item, own, name, data, form, kept, seen : Set all = Parts(KeyText(n)) : Set kept = NewList() : Set seen = kept
  If IsObject(Watch(n)) Then Set seen = Watch(n)
  If Spelled(n) = "" Then EntryState = "-" : Exit Function
  EntryState = "[" & Spelled(n) & "]" & vbCrLf
  For Each item In all.Keys
    name = Below(item, Spelled(n))
    own = (Mid(item & "\", Len(Spelled(n)) + 1, 1) = vbTab)
    data = DataOf(all(item)) : form = ""
    If own Then If InList(data, Names(n)) Then form = " list"
    If StrComp(name, Names(n), 1) = 0 Then If own Then form = " value" Else form = " subkey"
    If own And form = "" And name <> "@" Then If InText(data, Names(n)) Then Odd(n) = True
    If InStr(Forms(n), form) = 0 Then Forms(n) = Forms(n) & form
    If form = " subkey" And all(item) = "" Then EntryState = EntryState & "[" & item & "]" & vbCrLf
    If all(item) <> "" And (form <> "" Or seen.Exists(item)) Then EntryState = EntryState & all(item) & vbCrLf
    If name <> "" And InStr(1, mine, "|" & name & "|", 1) = 0 Then
      If own And Left(data, 7) = "hex(7):" Then data = Without(data, mine) : Others(n) = Others(n) + UBound(Split(Elements(data), "|")) - 1
      If Not own Or (name <> "@" And Left(data, 7) <> "hex(7):") Then Others(n) = Others(n) + 1
      kept(item) = data
    End If
  Next
  Set Beside(n) = kept
End Function
Function Below(item, key)
  If Mid(item, Len(key) + 1, 1) = vbTab Then Below = Replace(Mid(item, Len(key) + 2), """", "") Else Below = Upto(Replace(Mid(item, Len(key) + 2), vbTab, "\"), "\")
End Function
Function WithoutEntry(n, was)
  Dim all, item, key, data : Set all = Parts(was) : key = SpelledIn(was)
  If key = "" Then WithoutEntry = was : Exit Function
  WithoutEntry = "[" & key & "]" & vbCrLf
  For Each item In all.Keys
    data = DataOf(all(item))
    If InList(data, Names(n)) Then data = Without(data, Names(n))
    If InStr(1, item, key & vbTab, 1) = 1 And StrComp(Below(item, key), Names(n), 1) <> 0 Then WithoutEntry = WithoutEntry & NameOf(all(item)) & "=" & data & vbCrLf
  Next
End Function
Function Bytes(text)
  Dim i
  For i = 1 To Len(text)
    Bytes = Bytes & LCase(Right("0" & Hex(Asc(Mid(text, i, 1))), 2)) & ","
    If Wide Then Bytes = Bytes & "00,"
  Next
End Function
Function Elements(data)
  Dim i, text, size : size = Len(Bytes("x"))
  Elements = "|" : text = Mid(data, 8) & ","
  If Left(data, 7) <> "hex(7):" Then Exit Function
  For i = 1 To Len(text) Step size
    Elements = Elements & Replace(Mid(text, i, size), Bytes(Chr(0)), "|")
  Next
  Elements = Replace(Replace(Elements & "|", "||", "|"), "||", "|")
End Function
Function ListData(list)
  Dim zero, text : zero = Bytes(Chr(0))
  text = Replace(Mid(list, 2), "|", zero)
  If text = "" Then text = zero
  ListData = "hex(7):" & text & Left(zero, Len(zero) - 1)
End Function
Function Without(data, unwanted)
  Dim list, name : list = Elements(data)
  For Each name In Split(unwanted & "|" & UCase(unwanted) & "|" & LCase(unwanted), "|")
    Do While name <> "" And InStr(list, "|" & Bytes(name) & "|") > 0
      list = Replace(list, "|" & Bytes(name) & "|", "|")
    Loop
  Next
  Without = ListData(list)
End Function
Function InList(data, name) : InList = (Left(data, 7) = "hex(7):" And Without(data, name) <> ListData(Elements(data))) : End Function
Function InText(data, name)
  InText = (Left(data, 3) = "hex" And InStr(data & ",", Bytes(name)) > 0)
  If Left(data, 1) = """" Then InText = (InStr(1, "," & Replace(Replace(Replace(data, """", ","), ";", ","), " ", ",") & ",", "," & name & ",", 1) > 0)
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
Sub StopIf(fact, targets, how, why)
  Dim n, all, hits : If Skip("show apply verify") Then Exit Sub
  For Each n In targets
    all = all + 1
    If InStr(Facts(n) & " ", " " & fact & " ") > 0 Then hits = hits + 1
  Next
  If hits > 0 And (hits = all Or (fact <> "no-key" And fact <> "done")) Then Halt how, why
End Sub
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
Function ServiceState(key)
  Dim item, state : ServiceState = 1
  If Not Installed(key) Then Exit Function
  On Error Resume Next
  For Each item In GetObject("winmgmts:").ExecQuery("SELECT State FROM Win32_Service WHERE Name='" & key & "'")
    state = item.State
  Next
  On Error Goto 0
  If state = "" Then ServiceState = 0
  If state <> "" And state <> "Stopped" Then ServiceState = 4
End Function
Function Net(verb, key)
  Dim name, text : Net = -1 : name = WorkFile("NET.TXT")
  If name = "" Then Exit Function
  Discard name
  If Launch(Windows & "\System32\cmd.exe /c """"" & Windows & "\System32\net.exe"" " & verb & " """ & key & """ >""" & name & """ 2>&1""", 0) = 0 Then Net = 0
  text = ReadFile(name, False)
  If InStr(text, "3521") > 0 Then Net = 3521
  If InStr(text, "2182") > 0 Then Net = 2182
End Function
Sub StopService(key)
  Dim state, answer, turn : If Skip("apply undo") Then Exit Sub
  state = ServiceState(key)
  If state = 1 Or Halted Then Exit Sub
  If Not WriteNote("S-" & key) Then Fail "A note could not be written to the folder of the run, and the drive may be full. Nothing was changed." : Exit Sub
  For turn = 1 To 10
    If turn > 1 Then Pause
    If turn = 1 Or state = 0 Then answer = Net("stop", key)
    state = ServiceState(key)
    If turn = 1 And state = 0 And answer = 3521 Then Forget "S-" & key : Exit Sub ' it did not run
    If state = 1 Or (state = 0 And (answer = 0 Or answer = 3521)) Then Say "  The service " & key & " was stopped." : Exit Sub
  Next
  Late = key
  If Doing = "undo" Then Halt "refused", "The service " & key & " goes on running, and what was stopped is started again. Nothing was put back." Else Fail "The service " & key & " goes on running, or this user may not stop it. Nothing was changed, and what was stopped is started again."
End Sub
Sub Pause : Launch Windows & "\System32\ping.exe -n 2 127.0.0.1", 0 : End Sub
Sub StartServices(services)
  Dim key, turn, answer, state : If Skip("apply undo") Then Exit Sub
  For Each key In services
    For turn = 1 To 10
      If Late = key Then If ServiceState(key) = 4 Then Pause
    Next
    state = 4 : answer = 0
    If Noted("S-" & key) Then state = ServiceState(key)
    If state <> 4 Then answer = Net("start", key) : state = ServiceState(key)
    If state = 4 And Late = key Then Say "  The service " & key & " was asked to stop, and has not stopped. Should it stop later, start it in Control Panel, Services." : Late = ""
    If state = 4 Or (state = 0 And answer <> -1) Then Forget "S-" & key Else Down = key
  Next
End Sub
Sub StartLeft(services)
  Down = "" : Halted = False : Doing = Mode
  StartServices services
  If Down <> "" Then Torn = True : Halt "failed", "  The service " & Down & " could not be started again. Start it in Control Panel, Services."
End Sub
