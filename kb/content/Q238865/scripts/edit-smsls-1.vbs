' ==== WHAT THIS IS
' Fixdesk: edit-smsls, stage 1 of 1. From article Q238865, tree 01234567.
' Upgrade the sites without clients that meet a half-upgraded site, with the SMS logon script switched off meanwhile.
' Not certain: The articles take it for granted that SMSLS.BAT has a label END. The script looks for it, and leaves the file alone
'       where it is missing.
' Not certain: With many Windows 95 and 98 clients the articles want the logon installation left on while the boundaries are removed
'       (Q238864), or switched off first (Q260541). Decide before you begin.
' Run it with cscript //nologo. Exit codes: 10 ok, 11 nothing to do, 12 refused, 13 failed, 14 rolled back, 15 started.
Option Explicit
Const RESULT = "FIXDESK-RESULT v=1 fix=edit-smsls script=a37214ac"
Const HOLDER = "WINDIR"
Sub Usage
  WScript.Echo "Without an argument it only shows what it would do."
  WScript.Echo "/apply FOLDER does it, /verify FOLDER checks whether it is done."
  WScript.Echo "/undo FOLDER puts back what this script removed or changed, unless somebody else has changed it since."
  WScript.Echo "FOLDER is the folder that holds SMSLS.BAT."
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
  NeedFolder "apply verify undo", "SMSLS.BAT"
  TakeLock
  NoneOpen
End Sub
Sub Steps
  Task 1, "person", "Are there several sites in one domain? Then read Q236596 first, because all of them get the new logon points at once."
  Task 2, "person", "Expire the advertisements, or disable them, for all clients."
  Task 3, "person", "Remove the client from the Windows 95 and 98 computers before the upgrade, by one of the two ways of Q238864."
  Task 4, "person", "Choose a time when laptops that dial in are on the local network, or switch the logon script off for them. Their upgrade copies 8 to 24 MB."
  Task 5, "person", "Client access points and logon points behind slow links are upgraded by themselves, and there is no way back. Decide about them now."
  Task 6, "reads", "Stop unless this is Windows NT 4.0, 2000 or later."
  Task 7, "reads", "Stop unless this user may change this computer as an administrator."
  RightsBeside Place("given", "SMSLS.BAT")
  Task 8, "reads", "Copy SMSLS.BAT to a new file."
  Look 1
  StopIf "odd", Array(1), "refused", "The file could not be read, or it has no such label to jump to. Nothing was changed."
  StopIf "done", Array(1), "nothing-to-do", "It is so already. There is nothing to do."
  NewRun False
  SaveFile 1, Place("given", "SMSLS.BAT")
  Task 9, "changes", "Write GOTO END before the first line of SMSLS.BAT, once, where it has a label :END."
  Note 1
  ChangeText 1, Place("given", "SMSLS.BAT")
  Compare 1, False, "SMSLS.BAT is not as it was set."
End Sub
Sub Looks
  Task 10, "reads", "Look again: the first line of SMSLS.BAT is GOTO END."
  Compare 1, False, "SMSLS.BAT is not as it was set."
  Task 11, "person", "Do the same with each copy of SMSLS.BAT that a logon script calls, on all sites of the organization."
  Task 12, "person", "Upgrade all sites at the same time or as close together as possible, on a Friday evening or over a weekend."
  Task 13, "person", "Have the computers stay switched on from Friday to Monday, so that the clients upgrade in their 23-hour cycle."
  Task 14, "person", "Upgrade the remote Administrator consoles by hand, soon after the site."
  Task 15, "person", "When all sites, client access points and logon points are upgraded, switch the logon script on for one small group of clients after the other."
  Task 16, "person", "Do not let Windows 95 and 98 clients restart before 15 minutes after the upgrade began."
  Task 17, "person", "Open the advertisements again when the clients are upgraded."
  Remark "show", "Nothing was changed. Run this file with /apply to do it."
End Sub
Sub Guards
  RightsBeside Place("given", "SMSLS.BAT")
  OpenRun
  Unchanged 1
  Reopen
End Sub
Sub Back
  RestoreFile 1, Place("given", "SMSLS.BAT")
End Sub
Sub Targets
  Target 1, "SMSLS.BAT", ""
End Sub
' How target n is now.
Function StateOf(n)
  If n = 1 Then StateOf = LineState(n, Place("given", "SMSLS.BAT"), "END", "", "GOTO END")
End Function
' What the plan makes of target n that was in a state.
Function Changing(n, was)
  If n = 1 Then Changing = WithFirst(was, "GOTO END")
End Function
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
Function Place(where, name)
  Dim root : root = Windows
  If where = "given" Then root = Folder
  If where = "system" Then root = Windows & "\System"
  If where = "system" And Platform() = "nt" Then root = Windows & "\System32"
  If where = "programs" Then root = Shell.RegRead("HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\ProgramFilesDir")
  If root <> "" Then Place = root & "\" & name
End Function
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
Function Upto(text, sign) : Upto = Left(text, InStr(text & sign, sign) - 1) : End Function
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
Function SpelledIn(state)
  If Left(state, 1) = "[" Then SpelledIn = Mid(state, 2, InStr(state & vbCrLf, "]" & vbCrLf) - 2)
End Function
Function SavedState(n)
  If IsEmpty(Found(n)) Then SavedState = ReadFile(StateFile(n), Wide) Else SavedState = Found(n)
End Function
Function Below(item, key)
  If Mid(item, Len(key) + 1, 1) = vbTab Then Below = Replace(Mid(item, Len(key) + 2), """", "") Else Below = Upto(Replace(Mid(item, Len(key) + 2), vbTab, "\"), "\")
End Function
Function FileState(path)
  If path = "" Then FileState = "?" : Exit Function
  If Fso.FileExists(path) Then FileState = "=" & ReadFile(path, False) Else FileState = ""
End Function
Function LineState(n, path, label, old, line)
  LineState = FileState(path)
  Odd(n) = (LineState = "" Or InStr(LineState, Chr(0)) > 0)
  If label <> "" And CountLines(LineState, ":" & label) = 0 Then Odd(n) = True
  If old <> "" And CountLines(LineState, line) = 0 And CountLines(LineState, old) <> 1 Then Odd(n) = True
End Function
Function CountLines(state, wanted)
  Dim line : CountLines = 0
  For Each line In Split(Replace(Mid(state, 2), vbCr, ""), vbLf)
    If StrComp(Trim(line), wanted, 1) = 0 Then CountLines = CountLines + 1
  Next
End Function
Function WithFirst(was, line)
  WithFirst = "=" & line & vbCrLf & Mid(was, 2)
  If StrComp(Trim(Upto(Replace(Mid(was, 2), vbCr, vbLf), vbLf)), line, 1) = 0 Then WithFirst = was
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
Sub RightsBeside(path)
  Dim tried : If Skip("apply undo") Then Exit Sub
  tried = WriteFile(path & ".FXR", "x", False)
  On Error Resume Next
  Fso.DeleteFile path & ".FXR"
  On Error Goto 0
  If Not tried Or Fso.FileExists(path & ".FXR") Then Halt "refused", "This user may not change " & path & ". Run this as an administrator. Nothing was changed."
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
Sub SaveFile(n, path)
  If Skip("apply") Then Exit Sub
  If Not WriteFile(StateFile(n), Found(n), Wide) Then Fail "The backup of " & Names(n) & " is missing or not whole, and the drive may be full. Nothing was changed."
  If Not Halted And Fso.FileExists(path) Then If Not Copied(path, Run & "\T" & n & ".OLD") Then Fail "The backup of " & Names(n) & " is missing or not whole, and the drive may be full. Nothing was changed."
End Sub
Function StateFile(n) : StateFile = Run & "\T" & n & ".TXT" : End Function
Sub Note(n)
  If Skip("apply") Then Exit Sub
  If Not Same(StateOf(n), Found(n)) And Not Halted Then Fail "" & Names(n) & " has changed while this script looked at it. Run it again. Nothing was changed."
  If Halted Then Exit Sub
  If WriteNote("T" & n) Then Changed = True Else Fail "A note could not be written to the folder of the run, and the drive may be full. Nothing was changed."
End Sub
Sub ChangeText(n, path)
  If Skip("apply") Then Exit Sub
  If Changing(n, Found(n)) <> Found(n) Then Rewrite n, path, Mid(Changing(n, Found(n)), 2)
End Sub
Sub Rewrite(n, path, content)
  If Not WriteFile(path, content, False) Then Halt "failed", "" & Names(n) & " is not as it was set."
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
Sub RestoreFile(n, path)
  If Skip("undo") Or Not Noted("T" & n) Then Exit Sub
  If Not IsBack(n) And Not Halted Then CopyBack n, path
  JudgeRestored n
End Sub
Sub CopyBack(n, path)
  On Error Resume Next
  If Fso.FileExists(Run & "\T" & n & ".OLD") Then Fso.CopyFile Run & "\T" & n & ".OLD", path, True Else Fso.DeleteFile path, True
  Err.Clear
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
