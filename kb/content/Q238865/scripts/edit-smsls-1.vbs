' Fixdesk: edit-smsls, stage 1 of 1. From article Q238865, tree 01234567.
' Upgrade the sites without clients that meet a half-upgraded site, with the SMS logon script switched off
'       meanwhile.
'
'  1 person   Are there several sites in one domain? Then read Q236596 first, because all of them get the new
'       logon points at once.
'  2 person   Expire the advertisements, or disable them, for all clients.
'  3 person   Remove the client from the Windows 95 and 98 computers before the upgrade, by one of the two ways
'       of Q238864.
'  4 person   Choose a time when laptops that dial in are on the local network, or switch the logon script off
'       for them. Their upgrade copies 8 to 24 MB.
'  5 person   Client access points and logon points behind slow links are upgraded by themselves, and there is
'       no way back. Decide about them now.
'  6 reads    Stop unless this is Windows NT 4.0, 2000 or later.
'  7 reads    Stop unless this user may change this computer as an administrator.
'  8 reads    Copy SMSLS.BAT to a new file.
'  9 changes  Write GOTO END before the first line of SMSLS.BAT, once, where it has a label :END.
' 10 reads    Look again: the first line of SMSLS.BAT is GOTO END.
' 11 person   Do the same with each copy of SMSLS.BAT that a logon script calls, on all sites of the
'       organization.
' 12 person   Upgrade all sites at the same time or as close together as possible, on a Friday evening or over a
'       weekend.
' 13 person   Have the computers stay switched on from Friday to Monday, so that the clients upgrade in their
'       23-hour cycle.
' 14 person   Upgrade the remote Administrator consoles by hand, soon after the site.
' 15 person   When all sites, client access points and logon points are upgraded, switch the logon script on for
'       one small group of clients after the other.
' 16 person   Do not let Windows 95 and 98 clients restart before 15 minutes after the upgrade began.
' 17 person   Open the advertisements again when the clients are upgraded.
'
' Not certain: The articles take it for granted that SMSLS.BAT has a label END. The script looks for it, and
'       leaves the file alone where it is missing.
' Not certain: With many Windows 95 and 98 clients the articles want the logon installation left on while the
'       boundaries are removed (Q238864), or switched off first (Q260541). Decide before you begin.
' Run it with cscript //nologo. Exit codes: 10 ok, 11 nothing to do, 12 refused, 13 failed, 14 rolled back.
' Without an argument it only shows what it would do.
' /apply FOLDER does it, /verify looks whether the cause is gone. A slash and a question mark show this text.
' /undo FOLDER puts back what this script removed or changed, unless somebody else has changed it since.
' FOLDER is the folder that holds SMSLS.BAT.
' Backup and log go to the folder FIXDESK of Windows, each time under a new number from 001 to 999.
Option Explicit
Const RESULT = "FIXDESK-RESULT v=1 fix=edit-smsls script=5e806324"
Dim Shell, Fso, Mode, Status, StepNo, Folder, Run, Log, Hold, Base, Work, Id, Found, Saved, There, Old, Down, Late, Torn, Whole, Resumed
Dim Key1, Key2, Key3, Key4, Key5, Key6, Key7, Key8, Key9, Key10, Key11, Key12, Key13, Key14, Key15, Key16, Key17, Key18
Dim Kind1, Kind2, Kind3, Kind4, Kind5, Kind6, Kind7, Kind8, Kind9, Kind10, Kind11, Kind12, Kind13, Kind14, Kind15, Kind16, Kind17, Kind18
Dim Wide, Values, Names, Subs, Text
Const FAMILY = "nt"
Const EDITS = True
Const FOLDERFILES = "SMSLS.BAT"
Const FIRSTSTEP = 1
Set Shell = CreateObject("WScript.Shell")
Set Fso = CreateObject("Scripting.FileSystemObject")
Set Whole = CreateObject("Scripting.Dictionary")
' An error of the host ends Main wherever it is, and what was stopped is started all the same.
On Error Resume Next
Main
If Err.Number <> 0 Then HostError Err.Description
On Error Goto 0
Finish

Sub Main
  Dim name, missing
  Mode = "show"
  Status = "refused"
  StepNo = FIRSTSTEP
  Id = Right(RESULT, 8)
  Hold = Variable("WINDIR") & "\FIXDESK"
  Base = Variable("WINDIR")
  If Variable("SMS_LOCAL_DIR") <> "" Then Base = Variable("SMS_LOCAL_DIR")
  Work = Variable("TEMP")
  If Work = "" Then Work = Variable("WINDIR") & "\TEMP"
  If WScript.Arguments.Count > 0 Then
    Mode = LCase(Mid(WScript.Arguments(0), 2))
    If WScript.Arguments.Count > 1 Then Folder = Fso.GetAbsolutePathName(WScript.Arguments(1))
    If InStr("|/apply|/verify|/undo|", "|" & LCase(WScript.Arguments(0)) & "|") = 0 Then
      Usage
      Mode = "help"
      Status = "ok"
      StepNo = 0
      Exit Sub
    End If
  End If
  If InWindow() Then
    Say "Run this file with cscript //nologo, which shows more than one line at a time."
    Exit Sub
  End If
  If FAMILY <> "any" And FAMILY <> ThisFamily() Then
    Say "This is another family of Windows. Nothing was done."
    Exit Sub
  End If
  If Not WriteAll(Work & "\FXWORK.ID", "x") Then
    Say "The folder for temporary files cannot be written to. Set TEMP to one that can. Nothing was changed."
    Exit Sub
  End If
  Fso.DeleteFile Work & "\FXWORK.ID"
  If FOLDERFILES <> "" And (Mode = "apply" Or (EDITS And Mode <> "show")) Then
    If Folder = "" Then
      Say "Name the folder that holds " & Replace(FOLDERFILES, "|", ", ") & " after /" & Mode & ". Nothing was changed."
      Exit Sub
    End If
    For Each name In Split(FOLDERFILES, "|")
      If Not Fso.FileExists(Folder & "\" & name) Then missing = missing & " " & name
    Next
    If missing <> "" Then
      Say "The folder does not hold" & missing & ". Nothing was changed."
      Exit Sub
    End If
  End If
  If Mode = "verify" Then
    Verify
  ElseIf Mode = "undo" Then
    Undo
  Else
    Steps
  End If
End Sub

Sub Steps
  Begin 1, "person", "Are there several sites in one domain? Then read Q236596 first, because all of them get the new logon points at once."
  Begin 2, "person", "Expire the advertisements, or disable them, for all clients."
  Begin 3, "person", "Remove the client from the Windows 95 and 98 computers before the upgrade, by one of the two ways of Q238864."
  Begin 4, "person", "Choose a time when laptops that dial in are on the local network, or switch the logon script off for them. Their upgrade copies 8 to 24 MB."
  Begin 5, "person", "Client access points and logon points behind slow links are upgraded by themselves, and there is no way back. Decide about them now."
  Begin 6, "reads", "Stop unless this is Windows NT 4.0, 2000 or later."
  Begin 7, "reads", "Stop unless this user may change this computer as an administrator."
  If Mode = "apply" Then
  If Not CanWrite() Then
    Leave "refused", "This user cannot write to the folder FIXDESK of Windows. Run this as an administrator. Nothing was changed."
    Exit Sub
  End If
  End If
  If Mode = "apply" Then
  If Broken() Then
    Leave "refused", "An earlier run of this script did not come to its end. Run it with /undo first. Nothing was changed."
    Exit Sub
  End If
  End If
  Begin 8, "reads", "Copy SMSLS.BAT to a new file."
  If Folder <> "" Then
    Old = ReadAll(Folder & "\SMSLS.BAT")
    If Not HasLabel(Old, "END") Then
      Leave "refused", "The file could not be read, or it has no such label to jump to. Nothing was changed."
      Exit Sub
    End If
    If FirstLine(Old) = "GOTO END" Then
      Leave "nothing-to-do", "The line is there already. There is nothing to do."
      Exit Sub
    End If
  End If
  If Mode = "apply" Then
  If Not NewRun() Then
    Leave "refused", "No new folder for the backup could be made in the folder FIXDESK of Windows. Nothing was changed."
    Exit Sub
  End If
  End If
  If Mode = "apply" Then
  If Not WriteAll(Run & "\OLD.TXT", Old) Then
    Leave "refused", "The copy is missing or not the same. Nothing was changed."
    Exit Sub
  End If
  End If
  Begin 9, "changes", "Write GOTO END before the first line of SMSLS.BAT, once, where it has a label :END."
  If Mode = "apply" Then
    If Not (WriteAll(Run & "\NEW.TXT", "GOTO END" & vbCrLf & Old) And NoteAll("CHANGED")) Then
      Forget "CHANGED"
      Leave "refused", "The new file could not be written, and the drive may be full. Nothing was changed."
      Exit Sub
    End If
    WriteAll Folder & "\SMSLS.BAT", "GOTO END" & vbCrLf & Old
    If ReadAll(Folder & "\SMSLS.BAT") <> "GOTO END" & vbCrLf & Old Then
      RolledBack WriteAll(Folder & "\SMSLS.BAT", Old), "Looking again shows another file. It may be in use, or read-only."
      Exit Sub
    End If
  End If
  If Mode = "show" Then Say "step 10 reads: Look again: the first line of SMSLS.BAT is GOTO END."
  Begin 11, "person", "Do the same with each copy of SMSLS.BAT that a logon script calls, on all sites of the organization."
  Begin 12, "person", "Upgrade all sites at the same time or as close together as possible, on a Friday evening or over a weekend."
  Begin 13, "person", "Have the computers stay switched on from Friday to Monday, so that the clients upgrade in their 23-hour cycle."
  Begin 14, "person", "Upgrade the remote Administrator consoles by hand, soon after the site."
  Begin 15, "person", "When all sites, client access points and logon points are upgraded, switch the logon script on for one small group of clients after the other."
  Begin 16, "person", "Do not let Windows 95 and 98 clients restart before 15 minutes after the upgrade began."
  Begin 17, "person", "Open the advertisements again when the clients are upgraded."
  If Mode = "apply" Then
    Verify
    Exit Sub
  End If
  Say "Nothing was changed. Run this file with /apply to do it."
  Status = "ok"
End Sub
Sub Verify
  Begin 10, "reads", "Look again: the first line of SMSLS.BAT is GOTO END."
  If FirstLine(ReadAll(Folder & "\SMSLS.BAT")) <> "GOTO END" Then
    Leave "failed", "The first line is another one."
    Exit Sub
  End If
  Status = "ok"
End Sub
Sub Undo
  StepNo = 1
  If Not LastUndone() Then
    Leave "nothing-to-do", "No run of this script is left to undo."
    Exit Sub
  End If
  Say "undo of run " & Run
  If Noted("CHANGED") Then
  Resumed = Noted("UNDOING")
  If Not Noted("UNDOING") Then
  If FileChanged("SMSLS.BAT") Then
    Leave "refused", "SMSLS.BAT is not what this script wrote. Somebody else has changed it, and it is left alone."
    Exit Sub
  End If
  End If
  StepNo = 2
  If Not NoteAll("UNDOING") Then
    Leave "refused", "Nothing can be written to the folder of the run. Nothing was changed."
    Exit Sub
  End If
  StepNo = 3
  WriteAll Folder & "\SMSLS.BAT", ReadAll(Run & "\OLD.TXT")
  If ReadAll(Folder & "\SMSLS.BAT") <> ReadAll(Run & "\OLD.TXT") Then
    Leave "failed", "SMSLS.BAT could not be put back."
    Exit Sub
  End If
  End If
  If Not NoteAll("UNDONE") Then
    Leave "failed", "It is put back, but the folder of the run cannot be written to, so that a later undo would do it again."
    Exit Sub
  End If
  Forget "OPEN"
  Forget "UNDOING"
  Leave "ok", "Put back."
End Sub
Sub Usage
  WScript.Echo "edit-smsls, stage 1 of 1. Upgrade the sites without clients that meet a half-upgraded site, with the SMS logon script switched off meanwhile."
  WScript.Echo "Without an argument it only shows what it would do."
  WScript.Echo "/apply FOLDER does it, /verify looks whether the cause is gone. A slash and a question mark show this text."
  WScript.Echo "/undo FOLDER puts back what this script removed or changed, unless somebody else has changed it since."
  WScript.Echo "FOLDER is the folder that holds SMSLS.BAT."
  WScript.Echo "Backup and log go to the folder FIXDESK of Windows, each time under a new number from 001 to 999."
End Sub
Sub StartAll
End Sub

' From here on every script of this kind is the same.

Sub HostError(what)
  Status = "failed"
  Torn = True
  Say "The host of this script has met an error: " & what & " If anything was changed, run this file with /undo."
End Sub

Sub Finish
  Dim code
  On Error Resume Next
  StartAll
  If Down <> "" Then
    Say "  " & Down & " could not be started again. Start it in Control Panel, Services."
    Status = "failed"
  End If
  If Run <> "" And Mode <> "undo" And Not Torn Then Forget "OPEN"
  Say RESULT & " mode=" & Mode & " status=" & Status & " step=" & StepNo
  code = 13
  If Status = "ok" Then code = 10
  If Status = "nothing-to-do" Then code = 11
  If Status = "refused" Then code = 12
  If Status = "rolled-back" Then code = 14
  WScript.Quit code
End Sub

Sub Say(line)
  Dim file
  WScript.Echo line
  If Log <> "" Then
    ' A log that cannot be written on a full drive is no reason to end in the middle.
    On Error Resume Next
    Set file = Fso.OpenTextFile(Log, 8, True)
    file.WriteLine line
    file.Close
  End If
End Sub

Sub Begin(number, effect, does)
  StepNo = number
  Say "step " & number & " " & effect & ": " & does
End Sub

Sub Leave(how, why)
  Status = how
  Say why
End Sub

' A window would show each line in a box of its own.
Function InWindow()
  Dim host
  InWindow = False
  On Error Resume Next
  host = LCase(WScript.FullName)
  On Error Goto 0
  If Right(host, 11) = "wscript.exe" Then InWindow = True
End Function

Function ThisFamily()
  ThisFamily = "9x"
  If Variable("OS") = "Windows_NT" Then ThisFamily = "nt"
End Function

' An environment variable, empty where there is none. Some hosts leave the character behind that ends it.
Function Variable(name)
  Dim value
  value = Replace(Shell.ExpandEnvironmentStrings("%" & name & "%"), Chr(0), "")
  If value = "%" & name & "%" Then value = ""
  Variable = value
End Function

' The folder of the runs.

Function CanWrite()
  Dim ok
  CanWrite = False
  On Error Resume Next
  If Not Fso.FolderExists(Hold) Then Fso.CreateFolder Hold
  On Error Goto 0
  If Not Fso.FolderExists(Hold) Then Exit Function
  ok = WriteAll(Hold & "\RIGHTS.ID", "x")
  If ok Then Fso.DeleteFile Hold & "\RIGHTS.ID"
  CanWrite = ok
End Function

Function Number(n)
  Number = Right("00" & n, 3)
End Function

' The last run of this script that is not undone, empty where there is none.
Function LastRun()
  Dim n, folder
  LastRun = ""
  If Not Fso.FolderExists(Hold) Then Exit Function
  For n = 1 To 999
    folder = Hold & "\" & Number(n)
    If Fso.FileExists(folder & "\" & Id & ".ID") Then
      If Not Fso.FileExists(folder & "\UNDONE.ID") Then LastRun = folder
    End If
  Next
End Function

Function Broken()
  Dim last
  last = LastRun()
  Broken = False
  If last <> "" Then Broken = (Fso.FileExists(last & "\OPEN.ID") Or Fso.FileExists(last & "\UNDOING.ID"))
End Function

Function LastUndone()
  Run = LastRun()
  LastUndone = (Run <> "")
  If Run <> "" Then Log = Run & "\LOG.TXT"
End Function

' The number after the last one that is in use, so that a later run has a greater number.
Function NewRun()
  Dim n, free
  NewRun = True
  If Run <> "" Then Exit Function
  NewRun = False
  If Not CanWrite() Then Exit Function
  free = 1
  For n = 1 To 999
    If Fso.FolderExists(Hold & "\" & Number(n)) Or Fso.FileExists(Hold & "\" & Number(n)) Then free = n + 1
  Next
  If free > 999 Then Exit Function
  Fso.CreateFolder Hold & "\" & Number(free)
  If Not WriteAll(Hold & "\" & Number(free) & "\RUN.ID", "x") Then Exit Function
  Run = Hold & "\" & Number(free)
  Note "OPEN"
  Note Id
  If Not (Noted("OPEN") And Noted(Id)) Then
    Run = ""
    Exit Function
  End If
  Log = Run & "\LOG.TXT"
  Say "  backup and log: " & Run
  NewRun = True
End Function

Sub Note(what)
  WriteAll Run & "\" & what & ".ID", "x"
End Sub

' Writes notes before a change: without them an undo would not know of it.
Function NoteAll(names)
  Dim what
  NoteAll = True
  For Each what In Split(names, "|")
    Note what
    If Not Noted(what) Then NoteAll = False
  Next
End Function

Sub Forget(what)
  If Fso.FileExists(Run & "\" & what & ".ID") Then Fso.DeleteFile Run & "\" & what & ".ID"
End Sub

Function Noted(what)
  Noted = Fso.FileExists(Run & "\" & what & ".ID")
End Function

' Files.

Function ReadAll(name)
  Dim file
  ReadAll = ""
  If Not Fso.FileExists(name) Then Exit Function
  If Fso.GetFile(name).Size = 0 Then Exit Function
  Set file = Fso.OpenTextFile(name, 1)
  ReadAll = file.ReadAll
  file.Close
End Function

Function WriteAll(name, content)
  Dim file
  WriteAll = False
  On Error Resume Next
  Set file = Fso.CreateTextFile(name, True)
  If Err.Number = 0 Then
    file.Write content
    file.Close
  End If
  On Error Goto 0
  If Fso.FileExists(name) Then WriteAll = (ReadAll(name) = content)
End Function

' Whether a file is not what this script wrote. A run that was cut off may not have come to write it.
Function FileChanged(name)
  FileChanged = (ReadAll(Folder & "\" & name) <> ReadAll(Run & "\NEW.TXT"))
  If FileChanged And Noted("OPEN") Then FileChanged = (ReadAll(Folder & "\" & name) <> ReadAll(Run & "\OLD.TXT"))
End Function

Function FirstLine(content)
  Dim lines
  FirstLine = ""
  If content = "" Then Exit Function
  lines = Split(Replace(content, vbCr, ""), vbLf)
  FirstLine = UCase(Trim(lines(0)))
End Function

Function HasLabel(content, label)
  Dim line
  HasLabel = False
  If content = "" Then Exit Function
  For Each line In Split(Replace(content, vbCr, ""), vbLf)
    If UCase(Trim(line)) = ":" & label Then HasLabel = True
  Next
End Function

' The registry. It is read by an export of regedit, and written by importing a file.

Function Export(file, key)
  Dim head
  Export = False
  If Fso.FileExists(file) Then Fso.DeleteFile file
  Shell.Run "regedit /e """ & file & """ """ & key & """", 0, True
  If Not Fso.FileExists(file) Then Exit Function
  Export = (Fso.GetFile(file).Size > 10)
End Function

Sub Import(file)
  If Fso.FileExists(file) Then Shell.Run "regedit /s """ & file & """", 0, True
End Sub

' Windows 2000 writes exports in Unicode, whose mark stands before the first letter. The others begin with REGEDIT4.
Function IsWide(name)
  Dim file
  Set file = Fso.OpenTextFile(name, 1)
  IsWide = (InStr("RW", file.Read(1)) = 0)
  file.Close
End Function

' Reads a key into Values (the name of each of its own values in capitals, "" for the default one, to its data), Names (to the name as it
' is written, in quotes), Subs (its subkeys in capitals), and Text.
Function HasKey(key)
  Dim name, file, line, section, at, all, i
  HasKey = False
  name = Work & "\FXKEY.REG"
  Set Values = CreateObject("Scripting.Dictionary")
  Set Names = CreateObject("Scripting.Dictionary")
  Set Subs = CreateObject("Scripting.Dictionary")
  Text = ""
  If Not Export(name, key) Then Exit Function
  Wide = IsWide(name)
  If Wide Then
    Set file = Fso.OpenTextFile(name, 1, False, -1)
  Else
    Set file = Fso.OpenTextFile(name, 1)
  End If
  all = Split(Replace(file.ReadAll, vbCr, ""), vbLf)
  file.Close
  Fso.DeleteFile name
  i = 0
  Do While i <= UBound(all)
    line = all(i)
    Do While Right(line, 1) = "\" And i < UBound(all)
      i = i + 1
      line = Left(line, Len(line) - 1) & LTrim(all(i))
    Loop
    If Left(line, 1) = "[" Then
      section = Mid(line, 2, InStrRev(line, "]") - 2)
      If LCase(section) = LCase(key) Then HasKey = True
      If Len(section) > Len(key) + 1 Then Subs(UCase(FirstPart(Mid(section, Len(key) + 2)))) = True
      Text = Text & line & vbLf
    ElseIf line <> "" And section <> "" Then
      If LCase(section) = LCase(key) Then
        at = NameEnd(line)
        If at > 0 Then
          Values(NameOf(line, at)) = Mid(line, at + 1)
          Names(NameOf(line, at)) = Left(line, at - 1)
        End If
      End If
      Text = Text & line & vbLf
    End If
    i = i + 1
  Loop
End Function

Function FirstPart(path)
  FirstPart = path
  If InStr(path, "\") > 0 Then FirstPart = Left(path, InStr(path, "\") - 1)
End Function

' Where the sign between name and data stands: behind the quote that ends the name.
Function NameEnd(line)
  Dim at
  NameEnd = 0
  If Left(line, 2) = "@=" Then NameEnd = 2
  If Left(line, 1) <> """" Then Exit Function
  at = InStr(2, line, """=")
  Do While at > 0
    If Mid(line, at - 1, 1) <> "\" Or Mid(line, at - 2, 2) = "\\" Then
      NameEnd = at + 1
      Exit Function
    End If
    at = InStr(at + 1, line, """=")
  Loop
End Function

Function NameOf(line, at)
  NameOf = ""
  If Left(line, 1) = """" Then NameOf = UCase(Mid(line, 2, at - 3))
End Function

Function FirstKey(keys)
  Dim key, first
  first = ""
  For Each key In Split(keys, "|")
    If first = "" Then
      If HasKey(key) Then first = key
    End If
  Next
  FirstKey = first
End Function

' How an entry is kept: as a subkey, as a value, or in a list. Several can be true.
Function LookFor(key, ByVal name)
  Dim v, kind
  name = UCase(name)
  kind = ""
  If HasKey(key) Then
    If Subs.Exists(name) Then kind = kind & " subkey"
    If Values.Exists(UCase(name)) Then kind = kind & " value"
    For Each v In Values.Keys
      If v <> UCase(name) And v <> "" Then
        If UCase(Values(v)) = """" & name & """" Then kind = kind & " string"
        If InList(Values(v), name) Then kind = kind & " list"
      End If
    Next
  End If
  LookFor = Trim(kind)
End Function

' The elements of a list, joined by a stroke with one before and one behind. Empty for what is no list.
Function Elements(data)
  Dim part, char, line, step, bytes, i
  Elements = ""
  If LCase(Left(data, 7)) <> "hex(7):" Then Exit Function
  bytes = Split(Replace(Mid(data, 8), " ", ""), ",")
  step = 1
  If Wide Then step = 2
  line = "|"
  part = ""
  For i = 0 To UBound(bytes) Step step
    char = Chr(CLng("&H" & bytes(i)))
    If bytes(i) = "00" Then
      If part <> "" Then line = line & part & "|"
      part = ""
    Else
      part = part & char
    End If
  Next
  If part <> "" Then line = line & part & "|"
  Elements = line
End Function

Function InList(data, ByVal name)
  name = UCase(name)
  InList = (InStr(UCase(Elements(data)), "|" & name & "|") > 0)
End Function

' The bytes of a list for a file that says REGEDIT4, where each character is one byte.
Function ListData(joined)
  Dim i, c, data
  data = "hex(7):"
  For i = 2 To Len(joined)
    c = Mid(joined, i, 1)
    If c = "|" Then
      data = data & "00,"
    Else
      data = data & Right("0" & LCase(Hex(Asc(c))), 2) & ","
    End If
  Next
  ListData = data & "00"
  If joined = "|" Then ListData = "hex(7):00,00"
End Function

Function WithoutName(joined, ByVal name)
  Dim part, rest
  name = UCase(name)
  rest = "|"
  For Each part In Split(joined, "|")
    If part <> "" And UCase(part) <> name Then rest = rest & part & "|"
  Next
  WithoutName = rest
End Function

' How many entries of the key are none of these names.
Function OthersLeft(key, dead)
  Dim s, v, part, count, all
  count = 0
  all = "|" & UCase(dead) & "|"
  If HasKey(key) Then
    For Each s In Subs.Keys
      If InStr(all, "|" & s & "|") = 0 Then count = count + 1
    Next
    For Each v In Values.Keys
      If Elements(Values(v)) <> "" Then
        For Each part In Split(Elements(Values(v)), "|")
          If part <> "" And InStr(all, "|" & UCase(part) & "|") = 0 Then count = count + 1
        Next
      ElseIf v <> "" And InStr(all, "|" & v & "|") = 0 And InStr(all, UCase(Replace("|" & Values(v) & "|", """", ""))) = 0 Then
        count = count + 1
      End If
    Next
  End If
  OthersLeft = count
End Function

' Everything in the key but one entry, as one text: what must be the same before and after.
Function Others(key, ByVal name)
  Dim line, section, result, at, data, own
  name = UCase(name)
  result = ""
  If Not HasKey(key) Then Exit Function
  For Each line In Split(Text, vbLf)
    If Left(line, 1) = "[" Then section = Mid(line, 2, InStrRev(line, "]") - 2)
    own = (LCase(section) = LCase(key & "\" & name) Or LCase(Left(section, Len(key & "\" & name) + 1)) = LCase(key & "\" & name & "\"))
    If Not own Then
      at = NameEnd(line)
      data = ""
      If at > 0 And LCase(section) = LCase(key) Then
        data = Mid(line, at + 1)
        If NameOf(line, at) = UCase(name) Then own = True
        If UCase(data) = """" & name & """" And NameOf(line, at) <> "" Then own = True
        If Elements(data) <> "" Then line = Left(line, at) & WithoutName(Elements(data), name)
        If LCase(data) = "hex(7):00,00" Or LCase(data) = "hex(7):00" Or LCase(data) = "hex(7):00,00,00,00" Then line = Left(line, at) & "|"
      End If
    End If
    If Not own Then result = result & line & vbLf
  Next
  Others = result
End Function

Function Heading()
  Heading = "REGEDIT4" & vbCrLf & vbCrLf
  If Wide Then Heading = "Windows Registry Editor Version 5.00" & vbCrLf & vbCrLf
End Function

Function WriteReg(name, content)
  Dim file
  WriteReg = False
  On Error Resume Next
  Set file = Fso.CreateTextFile(name, True, Wide)
  If Err.Number = 0 Then
    file.Write Heading() & content
    file.Close
  End If
  On Error Goto 0
  WriteReg = (ReadSaved(name) = Heading() & content)
End Function

' Exports those of the keys that are there. None of them being there is a failure, unless they may be missing.
Function BackUp(file, keys, mayMiss)
  Dim key, n
  BackUp = mayMiss
  n = 0
  For Each key In Split(keys, "|")
    n = n + 1
    If Export(Run & "\" & file & "-" & n & ".REG", key) Then BackUp = True
  Next
  n = 0
  For Each key In Split(keys, "|")
    n = n + 1
    If Not Room(Run & "\" & file & "-" & n & ".REG") Then BackUp = False
  Next
End Function

' Whether the drive is not full, so that a file is whole: there must be room for a copy of it, and then for a line.
Function Room(name)
  Room = True
  If Not Fso.FileExists(name) Then Exit Function
  On Error Resume Next
  Fso.CopyFile name, Run & "\FXCOPY.TXT"
  If Err.Number <> 0 Then Room = False
  If Not WriteAll(Run & "\FXROOM.TXT", "x") Then Room = False
  Fso.DeleteFile Run & "\FXCOPY.TXT"
  Fso.DeleteFile Run & "\FXROOM.TXT"
  On Error Goto 0
End Function

' Saves one entry as it is: its subkey, its value, the lists that hold it, each as regedit wrote it.
Function SaveEntry(file, key, ByVal name)
  Dim v, content, kind, ok, spelled
  spelled = name
  name = UCase(name)
  ok = True
  kind = LookFor(key, name)
  If Not Whole.Exists(key) Then Whole(key) = Text
  content = ""
  For Each v In Values.Keys
    If v = name Then content = content & Names(v) & "=" & Values(v) & vbCrLf
    If v <> UCase(name) And v <> "" Then
      If UCase(Values(v)) = """" & name & """" Or InList(Values(v), name) Then content = content & Names(v) & "=" & Values(v) & vbCrLf
    End If
  Next
  If content <> "" Then ok = WriteReg(Run & "\" & file & "V.REG", "[" & key & "]" & vbCrLf & content)
  If InStr(kind, "subkey") > 0 Then ok = ok And SaveKey(Run & "\" & file & "S.REG", key & "\" & spelled)
  SaveEntry = ok And WriteAll(Run & "\" & file & "K.TXT", key)
End Function

' Exports a key to keep it, and looks whether the export holds what another one does.
Function SaveKey(name, key)
  Dim fresh
  SaveKey = False
  If Not Export(name, key) Then Exit Function
  fresh = Work & "\FXCOPY.REG"
  If Export(fresh, key) Then SaveKey = (ReadSaved(name) = ReadSaved(fresh))
  If Fso.FileExists(fresh) Then Fso.DeleteFile fresh
End Function

' Whether the keys in which something was changed are what they were. What was put back may stand in another order.
Function AllBack()
  Dim key
  AllBack = True
  For Each key In Whole.Keys
    If Not HasKey(key) Then
      AllBack = False
    ElseIf Not SameLines(Text, Whole(key)) Then
      AllBack = False
    End If
  Next
End Function

Function SameLines(one, other)
  Dim line, how
  SameLines = (Len(one) = Len(other))
  For Each line In Split(one, vbLf)
    how = 0
    If Left(line, 1) = "[" Then how = 1 ' an export spells the names of keys as it was asked
    If InStr(1, vbLf & other & vbLf, vbLf & line & vbLf, how) = 0 Then SameLines = False
  Next
End Function

' Ends the steps after a way back, which was whole or was not.
Sub RolledBack(whole, why)
  If whole Then
    Forget "CHANGED"
    Leave "rolled-back", why & " Everything is put back."
  Else
    Torn = True
    Leave "failed", why & " It could not be put back. The backup is in the folder of the run. Run this file with /undo when the reason is gone."
  End If
End Sub

Function RemoveEntry(file, key, ByVal name)
  Dim v, content, before, script, ok
  name = UCase(name)
  before = Others(key, name)
  content = "REGEDIT4" & vbCrLf & vbCrLf
  LookFor key, name
  If Subs.Exists(name) Then content = content & "[-" & key & "\" & name & "]" & vbCrLf
  script = ""
  For Each v In Values.Keys
    If v = UCase(name) Then
      script = script & Names(v) & "=-" & vbCrLf
    ElseIf v <> "" Then
      If UCase(Values(v)) = """" & name & """" Then script = script & Names(v) & "=-" & vbCrLf
      If InList(Values(v), name) Then script = script & Names(v) & "=" & ListData(WithoutName(Elements(Values(v)), name)) & vbCrLf
    End If
  Next
  If script <> "" Then content = content & "[" & key & "]" & vbCrLf & script
  RemoveEntry = False
  If Not NoteAll(file & "|CHANGED") Then Exit Function
  If Not WriteAll(Run & "\" & file & "D.REG", content) Then Exit Function
  Import Run & "\" & file & "D.REG"
  ok = (LookFor(key, name) = "")
  If ok Then ok = (Others(key, name) = before)
  If ok Then ok = WriteAll(Run & "\" & file & "A.TXT", ListsOf(file, key))
  RemoveEntry = ok
End Function

' What the lists of a saved entry are now, as one text.
Function ListsOf(file, key)
  Dim saved, line, at, result, content
  result = ""
  If HasKey(key) Then
    content = ReadSaved(Run & "\" & file & "V.REG")
    For Each line In Split(Replace(content, vbCr, ""), vbLf)
      at = NameEnd(line)
      If at > 0 Then
        If Values.Exists(NameOf(line, at)) Then result = result & NameOf(line, at) & "=" & Values(NameOf(line, at)) & vbLf
      End If
    Next
  End If
  ListsOf = result
End Function

Function ReadSaved(name)
  Dim file
  ReadSaved = ""
  If Not Fso.FileExists(name) Then Exit Function
  If Fso.GetFile(name).Size = 0 Then Exit Function
  If IsWide(name) Then
    Set file = Fso.OpenTextFile(name, 1, False, -1)
  Else
    Set file = Fso.OpenTextFile(name, 1)
  End If
  ReadSaved = file.ReadAll
  file.Close
End Function

' Whether the key is gone from which an entry was removed: nothing is made where there is no key.
Function KeyGone(file)
  KeyGone = False
  If Noted(file) Then KeyGone = Not HasKey(ReadAll(Run & "\" & file & "K.TXT"))
End Function

' Whether somebody else has put a removed entry back, or changed a list that it was taken from. A run that was cut off may not have
' come to remove it, or not to the end: then all of it is put back.
Function ThereAgain(file, name)
  Dim key
  ThereAgain = False
  If Not Noted(file) Then Exit Function
  key = ReadAll(Run & "\" & file & "K.TXT")
  If LookFor(key, name) <> "" Then
    ThereAgain = Not Noted("OPEN")
    Exit Function
  End If
  If Fso.FileExists(Run & "\" & file & "A.TXT") Then ThereAgain = (ListsOf(file, key) <> ReadAll(Run & "\" & file & "A.TXT"))
End Function

Sub RestoreEntry(file)
  If Not Noted(file) Then Exit Sub
  Import Run & "\" & file & "S.REG"
  Import Run & "\" & file & "V.REG"
End Sub

Function EntryBack(file, name)
  EntryBack = True
  If Not Noted(file) Then Exit Function
  EntryBack = (LookFor(ReadAll(Run & "\" & file & "K.TXT"), name) <> "")
End Function

Function ValueOf(key, name)
  ValueOf = ""
  If HasKey(key) Then
    If Values.Exists(UCase(name)) Then ValueOf = Values(UCase(name))
  End If
End Function

Function SetValue(file, key, name, data)
  Dim before
  SetValue = True
  before = ValueOf(key, name)
  If before = """" & data & """" Then Exit Function
  SetValue = False
  If before <> "" Then
    If Not WriteReg(Run & "\" & file & ".REG", "[" & key & "]" & vbCrLf & """" & name & """=" & before & vbCrLf) Then Exit Function
  End If
  If Not WriteAll(Run & "\" & file & "K.TXT", before) Then Exit Function
  If Not NoteAll(file & "|CHANGED") Then Exit Function
  WriteAll Run & "\" & file & "S.REG", "REGEDIT4" & vbCrLf & vbCrLf & "[" & key & "]" & vbCrLf & """" & name & """=""" & data & """" & vbCrLf
  Import Run & "\" & file & "S.REG"
  SetValue = (ValueOf(key, name) = """" & data & """")
End Function

' Whether a value is not what this script wrote. A run that was cut off may not have come to write it.
Function ValueChanged(file, key, name, data)
  ValueChanged = False
  If Not Noted(file) Then Exit Function
  If ValueOf(key, name) = """" & data & """" Then Exit Function
  If Noted("OPEN") And ValueOf(key, name) = ReadAll(Run & "\" & file & "K.TXT") Then
    Forget file
    Exit Function
  End If
  ValueChanged = True
End Function

Function ValueBack(file, key, name)
  ValueBack = True
  If Noted(file) Then ValueBack = (ValueOf(key, name) = ReadAll(Run & "\" & file & "K.TXT"))
End Function

Sub RestoreValue(file, key, name)
  If Not Noted(file) Then Exit Sub
  If Fso.FileExists(Run & "\" & file & ".REG") Then
    Import Run & "\" & file & ".REG"
  Else
    WriteAll Run & "\" & file & "C.REG", "REGEDIT4" & vbCrLf & vbCrLf & "[" & key & "]" & vbCrLf & """" & name & """=-" & vbCrLf
    Import Run & "\" & file & "C.REG"
  End If
End Sub

' Services and programs.

' What commands print, given with a stroke between them. They are written to a batch file, which knows how to redirect each.
Function Output(commands)
  Dim name, batch, command, lines
  name = Work & "\FXOUT.TXT"
  batch = Work & "\FXOUT.CMD"
  If Fso.FileExists(name) Then Fso.DeleteFile name
  lines = "@echo off" & vbCrLf
  For Each command In Split(commands, "|")
    lines = lines & command & " >>""" & name & """ 2>nul <nul" & vbCrLf
  Next
  WriteAll batch, lines
  ' Two quotes: cmd takes the outer ones away where the path has an ampersand.
  Shell.Run "cmd /c """"" & batch & """""", 0, True
  Output = vbLf & Replace(ReadAll(name), vbCr, "") & vbLf
  If Fso.FileExists(name) Then Fso.DeleteFile name
  If Fso.FileExists(batch) Then Fso.DeleteFile batch
End Function

Function Runs(service, short)
  Dim line, all, up
  up = False
  ' sc knows a service that has no name to show, where sc is installed.
  all = Output("net start|sc query " & short & "|sc query """ & service & """")
  For Each line In Split(all, vbLf)
    If Trim(line) = service Or Trim(line) = short Then up = True
  Next
  If InStr(all, "RUNNING") > 0 Then up = True
  Runs = up
End Function

Function StopService(service, short)
  Dim try
  StopService = True
  If Not Runs(service, short) Then Exit Function
  StopService = NoteAll(short)
  If Not StopService Then Exit Function
  Output "net stop """ & service & """"
  If Not Runs(service, short) Then Exit Function
  Output "net stop " & short
  For try = 1 To 10
    If Not Runs(service, short) Then Exit Function
    Output "ping -n 2 127.0.0.1"
  Next
  Late = short
  StopService = False
End Function

' Starts a service that a run has stopped. One that was told to stop and went on running may stop yet, so it is waited for.
Sub StartService(service, short)
  Dim try
  If Run = "" Then Exit Sub
  If Not Noted(short) Then Exit Sub
  If Late = short Then
    For try = 1 To 5
      If Runs(service, short) Then Output "ping -n 2 127.0.0.1"
    Next
    If Runs(service, short) Then
      Say "  " & service & " was told to stop, and has not. Should it stop later, start it in Control Panel, Services."
      Exit Sub
    End If
  End If
  If Not Runs(service, short) Then Output "net start """ & service & """"
  If Not Runs(service, short) Then Output "net start " & short
  If Runs(service, short) Then
    Forget short
  Else
    Down = service
  End If
End Sub

Sub EndProcess(image)
  Output "kill -f " & image & "|taskkill /f /im " & image
  Say "  If " & image & " is still listed in Task Manager, end it there."
End Sub

' A batch file looks for its companions in the current folder. cmd is told to go there; COMMAND.COM is by a batch file of our own.
Sub RunTool(file, args)
  If UCase(Right(file, 4)) <> ".BAT" Then
    Shell.Run Trim("""" & Folder & "\" & file & """ " & args), 1, True
  ElseIf ThisFamily() = "nt" Then
    Shell.Run "cmd /c pushd """ & Folder & """ & " & Trim(file & " " & args), 1, True
  Else
    WriteAll Run & "\TOOL.BAT", Left(Folder, 2) & vbCrLf & "cd """ & Mid(Folder, 3) & """" & vbCrLf & Trim(file & " " & args) & vbCrLf
    Shell.Run """" & Run & "\TOOL.BAT""", 1, True
  End If
End Sub

' The first trace of a client that is there, empty where none is.
Function Traces(list)
  Dim item, part, seen
  seen = ""
  For Each item In Split(list, "|")
    part = Split(item, ":")
    If part(0) = "s" Then
      If Runs(part(1), part(2)) Then seen = part(1)
    ElseIf part(0) = "f" Then
      If Fso.FileExists(Base & "\" & part(1)) Then seen = part(1)
    ElseIf HasKey(part(1)) Then
      seen = part(1)
    End If
  Next
  If seen <> "" Then Say "  there is " & seen
  Traces = seen
End Function

' Facts for the next report.

Sub CollectWindows
  Dim version
  version = ""
  On Error Resume Next
  If ThisFamily() = "nt" Then
    version = "nt " & Shell.RegRead("HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\CurrentVersion")
  Else
    version = "9x " & Shell.RegRead("HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\VersionNumber")
  End If
  On Error Goto 0
  If Left(version, 6) = "nt 3.5" Then WScript.Echo "client_os=nt351"
  If Left(version, 6) = "nt 4.0" Then WScript.Echo "client_os=nt4"
  If Left(version, 6) = "nt 5.0" Then WScript.Echo "client_os=win2000"
  If Left(version, 6) = "nt 5.1" Then WScript.Echo "client_os=xp"
  If Left(version, 7) = "9x 4.00" Then WScript.Echo "client_os=win95"
  If Left(version, 7) = "9x 4.10" Then WScript.Echo "client_os=win98"
  If Left(version, 7) = "9x 4.90" Then WScript.Echo "client_os=winme"
End Sub

Sub CollectSites(key)
  Dim name, v
  If Not HasKey(key) Then Exit Sub
  For Each name In Subs.Keys
    WScript.Echo "client_sites=" & name
  Next
  For Each v In Values.Keys
    For Each name In Split(Elements(Values(v)), "|")
      If name <> "" Then WScript.Echo "client_sites=" & name
    Next
  Next
End Sub

Sub CollectLines(log, words)
  Dim line
  For Each line In Split(Replace(ReadAll(Base & "\MS\SMS\Logs\" & log), vbCr, ""), vbLf)
    If InStr(line, words) > 0 Then WScript.Echo line
  Next
End Sub
