' ==== WHAT THIS IS
' Fixdesk: collect, stage 1 of 1. From article Q238865, tree 01234567.
' Find out on the computer itself what is still open, and change nothing.
' Run it with cscript //nologo. Exit codes: 10 ok, 11 nothing to do, 12 refused, 13 failed, 14 rolled back, 15 started.
Option Explicit
Const RESULT = "FIXDESK-RESULT v=1 fix=collect script=e0dddeab"
Const HOLDER = "WINDIR"
Sub Usage
  WScript.Echo "Without an argument it only shows what it would do."
  WScript.Echo "/apply does it, /verify checks whether it is done."
  WScript.Echo "/undo: nothing of it can be undone by a script, and it says so."
End Sub
' ==== THE PLAN
Sub Course
  On Error Resume Next
  Carry : Catch Err.Number, Err.Description
  Finish
End Sub
Sub Begin
End Sub
Sub Steps
  Task 1, "reads", "Print what this computer can say about base_version, client_os, client_sites, process."
  Say "FIXDESK-FACTS v=1"
  CollectWindows
  CollectSites "HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\SMS\Client\Sites\Shared"
  CollectSites "HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\SMS\Client\InstalledSites"
  CollectLines "Ccim32.log", "out of sync with offer file version"
  CollectLines "Ccim32.log", "The CAP base release"
  CollectLines "Ccim32.log", "could not find a site CAP with uplevel"
  CollectLines "Ccim32.log", "does not exist any longer"
  CollectLines "Ccim32.log", "Unable to check assignment for site"
  CollectLines "Ccim32.log", "could not read files from site"
  CollectLines "Ccim32.log", "Client core file version"
  CollectLines "Clicore.log", "Base client files are version"
  CollectLines "Clicore.log", "Current clibase version is"
  CollectLines "Smsapm32.log", "Unable to connect to CAP to test"
  CollectLines "Smsmon32.log", "IPC_CS_MESSG_REQUEST_PROGRAM_CAPICON"
  CollectLines "Wn_logon.log", "Site Key #"
  CollectLines "Wn_logon.log", "Site Value #"
  CollectLines "Wn_logon.log", "No COMPVER.INI found for site"
  CollectLines "Wn_logon.log", "Client deinstall flag set"
  CollectLines "Wnmanual.log", "Client deinstall flag set"
  Say "FIXDESK-END"
End Sub
Sub Looks
  Task 2, "person", "Put what the script prints into the next report, from the line with FIXDESK-FACTS to the one with FIXDESK-END."
  Task 3, "person", "Restart the client once if it hangs, and say in the report whether that helped."
  StopWhere "verify", True, "nothing-to-do", "Nothing of it can be looked at by a script."
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
Sub Halt(how, why) : Halted = True : Status = how : Say why : End Sub
Sub Fail(why)
  If Changed Then Halt "failed", why Else Halt "refused", why
End Sub
Sub Task(number, effect, does)
  If Not Halted Then StepNo = number : Say "step " & number & " " & effect & ": " & does
End Sub
Function ReadFile(name, wideFile)
  Dim file : ReadFile = ""
  If Not Fso.FileExists(name) Then Exit Function
  If Fso.GetFile(name).Size = 0 Then Exit Function
  Set file = Fso.OpenTextFile(name, 1, False, wideFile)
  ReadFile = file.ReadAll
  file.Close
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
Function Exported(key)
  Dim text : Exported = ""
  If Halted Then Exit Function
  text = Dump(key)
  If InStr(1, text, "[" & key & "]", 1) > 0 Then Exported = Replace(text, ",\" & vbCrLf & "  ", ",") : Exit Function
  If text = "?" Or Not CanLook() Or ReadError(key & "\") = &H80070005 Then Fail "" & key & " could not be looked at. Nothing was changed."
End Function
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
Sub StopWhere(modes, holds, how, why)
  If Not Skip(modes) And holds Then Halt how, why
End Sub
Function Base()
  Base = Variable("SMS_LOCAL_DIR") & "\"
  If Base = "\" Then Base = Windows & "\"
End Function
Function ReadError(name)
  On Error Resume Next
  Shell.RegRead name
  ReadError = Err.Number : Err.Clear
End Function
Sub CollectWindows
  Dim version, pair : On Error Resume Next
  If Platform() = "nt" Then version = "nt " & Shell.RegRead("HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\CurrentVersion")
  If Platform() = "9x" Then version = "9x " & Shell.RegRead("HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\VersionNumber")
  On Error Goto 0
  For Each pair In Array("nt 3.5=nt351", "nt 4.0=nt4", "nt 5.0=win2000", "nt 5.1=xp", "9x 4.00=win95", "9x 4.10=win98", "9x 4.90=winme")
    If InStr(version, Upto(pair, "=")) = 1 Then Say "client_os" & Mid(pair, InStr(pair, "="))
  Next
End Sub
Sub CollectSites(key)
  Dim all, item, element : Set all = Parts(Exported(key))
  For Each item In all.Keys
    If InStr(item, vbTab) = 0 And Len(item) > Len(key) And InStr(Len(key) + 2, item, "\") = 0 Then Say "client_sites=" & Mid(item, Len(key) + 2)
    For Each element In Split(Elements(DataOf(all(item))), "|")
      If element <> "" And InStr(1, item, key & vbTab, 1) = 1 Then Say "client_sites=" & TextOf(element)
    Next
  Next
End Sub
Function TextOf(bytes)
  Dim item
  For Each item In Split(bytes, ",")
    If item <> "" And item <> "00" Then TextOf = TextOf & Chr(CLng("&H" & item))
  Next
End Function
Sub CollectLines(file, words)
  Dim line
  For Each line In Split(Replace(ReadFile(Base() & "MS\SMS\Logs\" & file, False), vbCr, ""), vbLf)
    If InStr(line, words) > 0 Then Say line
  Next
End Sub
