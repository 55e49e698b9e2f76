' ==== WHAT THIS IS
' Fixdesk: reinstall-orphan, stage 1 of 2. From article Q238865, tree 01234567.
' Remove the client whose only site no longer exists, and install it into a site that does.
' Not certain: The article speaks of a client that belongs to more than one site. A client without a site is left, so deleting the
'       code alone would leave it without any.
' Not certain: Do not remove it with smsman, which needs the site. 20CLICLN.BAT needs none.
' Not certain: The articles know this case from other causes, so take the diagnosis as likely and not as certain.
' Run it with cscript //nologo. Exit codes: 10 ok, 11 nothing to do, 12 refused, 13 failed, 14 rolled back, 15 started.
Option Explicit
Const RESULT = "FIXDESK-RESULT v=1 fix=reinstall-orphan script=24f1b301"
Const HOLDER = "WINDIR"
Sub Usage
  WScript.Echo "Without an argument it only shows what it would do."
  WScript.Echo "/apply FOLDER does it, /verify checks whether it is done."
  WScript.Echo "/undo: nothing of it can be undone by a script, and it says so."
  WScript.Echo "FOLDER is the folder that holds 20CLICLN.BAT, HAMMER.EXE, KILL.EXE, SETEVNT.EXE."
  WScript.Echo "Backup and log go to the folder FIXDESK of Windows, each time under a new number from 001 to 999."
End Sub
' ==== THE PLAN
Sub Course
  On Error Resume Next
  Carry : Catch Err.Number, Err.Description
  CloseRun : Catch Err.Number, Err.Description
  Finish
End Sub
Sub Begin
  MustBe "nt", "This is not Windows NT 4.0, 2000 or later. Nothing was done."
  CanRead
  NeedFolder "apply", "20CLICLN.BAT|HAMMER.EXE|KILL.EXE|SETEVNT.EXE"
  TakeLock
End Sub
Sub Steps
  Task 1, "reads", "Stop unless this is Windows NT 4.0, 2000 or later."
  Task 2, "reads", "Stop unless this user may change this computer as an administrator."
  Task 3, "reads", "Look whether it is installed: the service SMS Client Service, MS\SMS\Core\Bin\Clisvcl.exe."
  LookTraces "show apply verify", Array("clisvc"), Array("MS\SMS\Core\Bin\Clisvcl.exe"), Array()
  StopWhere "show apply verify", Trace = "", "nothing-to-do", "It is not installed on this computer. There is nothing to do."
  Task 4, "reads", "Export HKLM\SOFTWARE\Microsoft\SMS\Client to a new file."
  NewRun True
  ExportKeys 4, "HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\SMS\Client", "refused"
  Task 5, "changes", "Run 20CLICLN.BAT from the folder given to the script, with Hammer.exe, Kill.exe and SetEvnt.exe beside it: 15 to 20 minutes."
  RunGiven 5, "20CLICLN.BAT", "", True
End Sub
Sub Looks
  Task 6, "reads", "Look later that these are no longer there: the service SMS Client Service, MS\SMS\Core\Bin\Clisvcl.exe."
  LookTraces "verify", Array("clisvc"), Array("MS\SMS\Core\Bin\Clisvcl.exe"), Array()
  StopWhere "verify", Trace <> "", "failed", "It is still there. The computer may have to be restarted first."
  Task 7, "person", "Restart the computer."
  Remark "show", "Nothing was changed. Run this file with /apply to do it."
End Sub
Sub Guards
  StopWhere "show apply verify undo", True, "refused", "Nothing of it can be undone by a script."
End Sub
Sub Back
End Sub
Sub Targets
End Sub
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
Function Upto(text, sign) : Upto = Left(text, InStr(text & sign, sign) - 1) : End Function
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
Sub TakeLock
  If Skip("apply undo") Then Exit Sub
  On Error Resume Next
  If Not Fso.FolderExists(Hold) Then Fso.CreateFolder Hold
  Set LockFile = Fso.OpenTextFile(Hold & "\LOCK", 2, True)
  If IsObject(LockFile) Then Exit Sub
  If WriteFile(Hold & "\HOLD.ID", "x", False) Then Halt "refused", "Another Fixdesk script is at work on this computer. Wait until it has ended. Nothing was changed." Else Halt "refused", "This user cannot write to the folder FIXDESK of Windows. Run this as an administrator. Nothing was changed."
  Fso.DeleteFile Hold & "\HOLD.ID" : Err.Clear
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
