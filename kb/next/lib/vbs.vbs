' The routines of the scripts for the Windows Script Host. A script holds those that it calls.
'
' They keep to what VBScript 3 and the host of Wine know: no Class, With, Join, RegExp, ChrW, Sleep. And and Or look at both of their
' sides. After On Error Resume Next a condition that fails is taken for true, so no condition stands behind one that could fail.
'
' The state of a target is a text. Of one in the registry it is "-" where its key is not there, else a piece of an export: the key, the
' values that concern the target, the keys below. Of a file it is empty where the file is not there, else an equals sign and the
' content. StateOf(n) of the plan returns the state of a target, Changing(n, was) what the plan makes of a state. Every look, change,
' comparison and restoration follows from these two.

' The variables of a run, and its course.
Dim Shell, Fso, Windows, Mode, Doing, Status, StepNo, Halted, Folder, Hold, Run, Log, Work, LockFile
Dim Wide, Changed, Torn, Ran, Later, Code, Resumed, Late, Down, Trace
Dim Names, Keys, Found, Spelled, Odd, Forms, Beside, Rest, Others, Watch
Set Shell = CreateObject("WScript.Shell")
Set Fso = CreateObject("Scripting.FileSystemObject")
Course

Sub Carry
  Dim item
  Windows = Variable("WINDIR")
  Hold = Windows & "\FIXDESK"
  If USERS And Variable("USERPROFILE") <> "" Then Hold = Variable("USERPROFILE") & "\FIXDESK"
  Set Names = NewList()
  Set Keys = NewList()
  Set Found = NewList()
  Set Spelled = NewList()
  Set Odd = NewList()
  Set Forms = NewList()
  Set Beside = NewList()
  Set Rest = NewList()
  Set Others = NewList()
  Set Watch = NewList()
  Mode = "show"
  Status = "ok"
  If WScript.Arguments.Count > 0 Then
    item = LCase(WScript.Arguments(0))
    Mode = "help"
    If item = "/apply" Or item = "/verify" Or item = "/undo" Then Mode = Mid(item, 2)
    If WScript.Arguments.Count > 1 Then Folder = Fso.GetAbsolutePathName(WScript.Arguments(1))
  End If
  Doing = Mode
  If Mode = "help" Then
    Usage
  ElseIf InWindow() Then
    Halt "refused", "[[no-cscript]]"
  Else
    Targets
    Begin
    If Mode = "undo" Then
      Guards
      Back
    Else
      If Mode <> "verify" Then Steps
      Looks
    End If
  End If
End Sub

Sub Catch(number, what)
  If number = 0 Then Exit Sub
  Fail "[[host-error error=" & what & " undo=/undo]]"
End Sub

' The end of every run: the result is the last line.
Sub Finish
  Dim tail, exits
  On Error Resume Next
  If Status = "ok" And Later Then
    Status = "started"
    Say "[[started code=" & Code & " verify=/verify]]"
  End If
  If Work <> "" Then Fso.DeleteFolder Work
  If Ran Then tail = " code=" & Code
  Say RESULT & " mode=" & Mode & " status=" & Status & " step=" & CLng(StepNo) & tail
  Set exits = NewList()
  exits("ok") = 10
  exits("nothing-to-do") = 11
  exits("refused") = 12
  exits("failed") = 13
  exits("rolled-back") = 14
  exits("started") = 15
  WScript.Quit exits(Status)
End Sub

' A window would show each line in a box of its own. Not every host knows its name.
Function InWindow()
  On Error Resume Next
  InWindow = (LCase(Right(WScript.FullName, 11)) = "wscript.exe")
End Function

Function NewList()
  Dim list
  Set list = CreateObject("Scripting.Dictionary")
  list.CompareMode = 1
  Set NewList = list
End Function

' An environment variable, empty where there is none. Some hosts leave the character behind that ends it.
Function Variable(name)
  Dim value
  value = Replace(Shell.ExpandEnvironmentStrings("%" & name & "%"), Chr(0), "")
  If value = "%" & name & "%" Then value = ""
  Variable = value
End Function

Function Platform()
  Platform = "9x"
  If Variable("OS") = "Windows_NT" Then Platform = "nt"
End Function

' Whether a routine has nothing to do: the run has to stop, or it is for something else.
Function Skip(modes)
  Skip = Halted Or InStr(modes, Doing) = 0
End Function

Sub Say(line)
  Dim file
  WScript.Echo line
  If Log = "" Then Exit Sub
  ' A log that cannot be written on a full drive is no reason to end in the middle.
  On Error Resume Next
  Set file = Fso.OpenTextFile(Log, 8, True)
  file.WriteLine line
  file.Close
End Sub

Sub Remark(modes, line)
  If Not Skip(modes) Then Say line
End Sub

Sub Halt(how, why)
  Halted = True
  Status = how
  Say why
End Sub

' Stops as failed where something was changed, else as refused.
Sub Fail(why)
  If Changed Then
    Halt "failed", why
  Else
    Halt "refused", why
  End If
End Sub

Sub Task(number, effect, does)
  If Halted Then Exit Sub
  StepNo = number
  Say "step " & number & " " & effect & ": " & does
End Sub

Sub Target(n, name, spellings)
  Names(n) = name
  Keys(n) = spellings
End Sub

Sub MustBe(family, why)
  If Not Halted And Platform() <> family Then Halt "refused", why
End Sub

Sub NeedFolder(modes, files)
  Dim name
  If Skip(modes) Then Exit Sub
  If Folder = "" Then
    Halt "refused", "[[no-folder files=" & Replace(files, "|", ", ") & " mode=/" & Mode & "]]"
  ElseIf InStr(Folder, "%") > 0 Then
    Halt "refused", "[[odd-folder]]"
  Else
    For Each name In Split(files, "|")
      If Not Halted And Not Fso.FileExists(Folder & "\" & name) Then Halt "refused", "[[missing-file file=" & name & "]]"
    Next
  End If
End Sub

' A file in one of the named folders, empty where that was not given.
Function Place(where, name)
  Dim root
  root = Windows
  If where = "given" Then root = Folder
  If where = "system" Then root = Windows & "\System"
  If where = "system" And Platform() = "nt" Then root = Windows & "\System32"
  If where = "programs" Then root = Shell.RegRead("HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\ProgramFilesDir")
  If root <> "" Then Place = root & "\" & name
End Function

' Files.

Function ReadFile(name, wideFile)
  Dim file
  ReadFile = ""
  If Not Fso.FileExists(name) Then Exit Function
  If Fso.GetFile(name).Size = 0 Then Exit Function
  Set file = Fso.OpenTextFile(name, 1, False, wideFile)
  ReadFile = file.ReadAll
  file.Close
End Function

' Writes a file, reads it back, and returns whether it is whole.
Function WriteFile(name, content, wideFile)
  Dim file
  WriteFile = False
  On Error Resume Next
  Set file = Fso.CreateTextFile(name, True, wideFile)
  file.Write content
  file.Close
  WriteFile = (ReadFile(name, wideFile) = content)
End Function

' Copies a file, and returns whether the copy is there and as long.
Function Copied(name, copy)
  Copied = False
  On Error Resume Next
  Fso.CopyFile name, copy, True
  Copied = (Fso.GetFile(copy).Size = Fso.GetFile(name).Size)
End Function

Sub Discard(name)
  If Fso.FileExists(name) Then Fso.DeleteFile name, True
End Sub

' A file in a new folder for temporary files, empty where none can be made. Shell.Run would fill in what stands between percent signs.
Function WorkFile(name)
  Dim root, n
  root = Variable("TEMP")
  If root = "" Then root = Windows & "\TEMP"
  WorkFile = ""
  On Error Resume Next
  For n = 1 To 99
    If Work = "" And InStr(root, "%") = 0 Then
      Err.Clear
      Fso.CreateFolder root & "\FX" & n
      If Err.Number = 0 Then Work = root & "\FX" & n
    End If
  Next
  If Work <> "" Then WorkFile = Work & "\" & name
End Function

' Runs a command line and waits. Returns its exit code, or -1 where it could not be started.
Function Launch(line, window)
  Launch = -1
  On Error Resume Next
  Launch = Shell.Run(line, window, True)
  If Err.Number <> 0 Then Launch = -1
End Function

' The registry is read by an export of regedit and written by importing a file: RegWrite knows no lists, RegDelete no keys with subkeys.

' The command line of regedit for the registry view of the plan, which only 64-bit Windows has two of.
Function Regedit()
  Regedit = Windows & "\regedit.exe"
  If VIEW = "32" And Fso.FileExists(Windows & "\SysWOW64\regedit.exe") Then Regedit = Windows & "\SysWOW64\regedit.exe"
  If VIEW = "64" And Fso.FileExists(Windows & "\Sysnative\cmd.exe") Then Regedit = Windows & "\Sysnative\cmd.exe /c " & Regedit
End Function

' The export of a key: empty where regedit writes no file, a question mark where that is not whole. On a full drive there is no room
' for a copy of it.
Function Dump(key)
  Dim name, file, text
  Dump = "?"
  name = WorkFile("KEY.REG")
  If name = "" Then Exit Function
  Discard name
  If Launch(Regedit() & " /e """ & name & """ """ & key & """", 0) = -1 Then Exit Function
  If Not Fso.FileExists(name) Then
    Dump = ""
  ElseIf Copied(name, name & "2") Then
    Set file = Fso.OpenTextFile(name, 1)
    Wide = (InStr("RW", file.Read(1)) = 0) ' the mark of Unicode stands before REGEDIT4 or Windows Registry Editor
    file.Close
    text = ReadFile(name, Wide)
    If Right(text, 2) = vbCrLf Then Dump = text
  End If
  Discard name & "2"
  Discard name
End Function

' Whether a key can be read that every Windows has.
Function CanLook()
  Const SURE = "HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Control\ComputerName"
  CanLook = (InStr(1, Dump(SURE), "[" & SURE & "]", 1) > 0)
End Function

Sub CanRead
  If Halted Then Exit Sub
  If WorkFile("x") = "" Then
    Halt "refused", "[[no-temp]]"
  ElseIf Not CanLook() Then
    Halt "refused", "[[unreadable]]"
  End If
End Sub

' The export of a key with its data unfolded, empty where the key is not there. What is not found is not there only where a look at
' another key succeeds right afterwards.
Function Exported(key)
  Dim text
  Exported = ""
  If Halted Then Exit Function
  text = Dump(key)
  If InStr(1, text, "[" & key & "]", 1) > 0 Then
    Exported = Replace(text, ",\" & vbCrLf & "  ", ",")
  ElseIf text = "?" Or Not CanLook() Then
    Fail "[[no-look what=" & key & "]]"
  End If
End Function

Function WriteReg(name, content)
  Dim head
  head = "REGEDIT4"
  If Wide Then head = "Windows Registry Editor Version 5.00"
  WriteReg = WriteFile(name, head & vbCrLf & vbCrLf & content, Wide)
End Function

Sub Import(name)
  Launch Regedit() & " /s """ & name & """", 0
End Sub

' Whether no string is left open at the end of a text: a string can hold line ends.
Function Closed(text)
  Dim plain
  plain = Replace(Replace(text, "\\", ""), "\""", "")
  Closed = ((Len(plain) - Len(Replace(plain, """", ""))) Mod 2 = 0)
End Function

' The keys of an export or a state, each with its lines.
Function Sections(text)
  Dim all, part, held, at, body
  Set all = NewList()
  held = ""
  For Each part In Split(vbCrLf & text, vbCrLf & "[")
    held = held & part
    at = InStr(held & vbCrLf, "]" & vbCrLf)
    body = Mid(held, at + 3)
    If Closed(body) Then
      If at > 0 And at <= Len(held) Then all(Left(held, at - 1)) = body
      held = ""
    Else
      held = held & vbCrLf & "["
    End If
  Next
  Set Sections = all
End Function

' The values among the lines of a key, by their names as they are written: each with its whole line.
Function Values(body)
  Dim all, line, held
  Set all = NewList()
  For Each line In Split(body, vbCrLf)
    held = held & line
    If Not Closed(held) Then
      held = held & vbCrLf
    Else
      If held <> "" Then all(NameOf(held)) = held
      held = ""
    End If
  Next
  Set Values = all
End Function

' The name in a line of an export, with its quotes; @ for the default value.
Function NameOf(line)
  NameOf = "@"
  If Left(line, 1) = """" Then NameOf = Left(line, InStr(2, Replace(Replace(line, "\\", "xx"), "\""", "xx"), """="))
End Function

Function DataOf(line)
  DataOf = Mid(line, Len(NameOf(line)) + 2)
End Function

Function Quoted(text)
  Quoted = """" & Replace(Replace(text, "\", "\\"), """", "\""") & """"
End Function

Function ValueName(n)
  ValueName = "@"
  If Names(n) <> "" Then ValueName = Quoted(Names(n))
End Function

' Every key of a state, and every value behind its key and a tab, with its line.
Function Parts(state)
  Dim all, parted, key, own, name
  Set parted = NewList()
  Set all = Sections(state)
  For Each key In all.Keys
    parted(key) = ""
    Set own = Values(all(key))
    For Each name In own.Keys
      parted(key & vbTab & name) = own(name)
    Next
  Next
  Set Parts = parted
End Function

' What a file to import must say to make one state into another, empty where they are the same.
Function Difference(old, fresh)
  Dim a, b, item, part, top, text
  Set a = Parts(old)
  Set b = Parts(fresh)
  top = vbTab
  For Each item In a.Keys
    part = Split(item, vbTab)
    If Not b.Exists(item) And Not Within(item, top) Then
      If UBound(part) = 0 Then
        text = text & "[-" & item & "]" & vbCrLf
        top = item ' what is below it goes with it
      Else
        text = text & "[" & part(0) & "]" & vbCrLf & part(1) & "=-" & vbCrLf
      End If
    End If
  Next
  For Each item In b.Keys
    part = Split(item, vbTab)
    If Not a.Exists(item) Or a(item) <> b(item) Then text = text & "[" & part(0) & "]" & vbCrLf & b(item) & vbCrLf
  Next
  Difference = text
End Function

' Whether a key, or a value of it, is another key or stands below that.
Function Within(item, key)
  Within = (InStr(1, Replace(item, vbTab, "\") & "\", key & "\", 1) = 1)
End Function

Function Same(one, other)
  Same = (one = other)
  If Left(one, 1) = "[" And Left(other, 1) = "[" Then Same = (Difference(one, other) = "")
End Function

' Whether a state is a piece of another one, as a run leaves it that is cut off.
Function Among(piece, whole)
  Dim a, b, item
  Among = (piece = Left(whole, Len(piece)))
  If Left(piece, 1) <> "[" Then Exit Function
  Set a = Parts(piece)
  Set b = Parts(whole)
  Among = True
  For Each item In a.Keys
    If Not b.Exists(item) Or a(item) <> b(item) Then Among = False
  Next
End Function

' Targets in the registry.

' The export of the first spelling of the key of a target that is there, empty where none is.
Function KeyText(n)
  Dim key, text
  Spelled(n) = ""
  For Each key In Split(Keys(n), "|")
    If Spelled(n) = "" Then
      text = Exported(key)
      If text <> "" Then Spelled(n) = key
    End If
  Next
  KeyText = text
End Function

Function KeyState(n)
  Dim all, key, state
  KeyState = "-"
  Set all = Sections(KeyText(n))
  For Each key In all.Keys
    state = state & "[" & key & "]" & vbCrLf & all(key) & vbCrLf
  Next
  If state <> "" Then KeyState = state
  Forms(n) = "key"
End Function

' The state of a value. It is odd where its data does not begin as the wanted data does.
Function ValueState(n, kind)
  Dim all, own
  ValueState = "-"
  Odd(n) = False
  Set all = Sections(KeyText(n))
  If Spelled(n) = "" Then Exit Function
  Set own = Values(all(Spelled(n)))
  ValueState = "[" & Spelled(n) & "]" & vbCrLf
  If Not own.Exists(ValueName(n)) Then Exit Function
  ValueState = "[" & Spelled(n) & "]" & vbCrLf & own(ValueName(n)) & vbCrLf
  Odd(n) = (InStr(DataOf(own(ValueName(n))), kind) <> 1)
  Forms(n) = "value"
End Function

' A state with that data as the value of the target, or without the value where the data is empty.
Function WithValue(n, was, data)
  Dim key
  WithValue = was
  key = SpelledIn(was)
  If key = "" And data = "" Then Exit Function
  If key = "" Then key = Keys(n)
  WithValue = "[" & key & "]" & vbCrLf
  If data <> "" Then WithValue = "[" & key & "]" & vbCrLf & ValueName(n) & "=" & data & vbCrLf
End Function

' The key that stands first in a state, empty where there is none.
Function SpelledIn(state)
  SpelledIn = ""
  If Left(state, 1) = "[" Then SpelledIn = Mid(state, 2, InStr(state & vbCrLf, "]" & vbCrLf) - 2)
End Function

Function WithElement(n, was, item, there)
  Dim all, own, data, list, at
  WithElement = was
  Set all = Sections(was)
  Set own = Values(all(SpelledIn(was)))
  data = "hex(7):"
  If own.Exists(ValueName(n)) Then data = DataOf(own(ValueName(n)))
  If InList(data, item) = there Then Exit Function
  If Not there Then
    WithElement = WithValue(n, was, Without(data, "|" & item & "|"))
  Else
    Set list = Elements(data)
    list(list.Count) = Bytes(item)
    WithElement = WithValue(n, was, ListData(list))
  End If
End Function

' The state of an entry: the subkey, the value, the lists that hold it, and lists that held it when it was saved. What stands beside it
' is kept too, for the look whether it stays as it was; what belongs to other targets of the plan counts as nothing.
Function EntryState(n)
  Dim all, key, own, name, line, data, form, state, kept, mine
  EntryState = "-"
  Odd(n) = False
  Forms(n) = ""
  Others(n) = 0
  Set all = Sections(KeyText(n))
  If Spelled(n) = "" Then Exit Function
  mine = Mine(n)
  Set kept = NewList()
  state = "[" & Spelled(n) & "]" & vbCrLf
  Set own = Values(all(Spelled(n)))
  For Each name In own.Keys
    line = own(name)
    data = DataOf(line)
    form = ""
    If StrComp(name, Quoted(Names(n)), 1) = 0 Then
      form = "value"
    ElseIf InList(data, Names(n)) Then
      form = "list"
    ElseIf name <> "@" And InText(data, Names(n)) Then
      Odd(n) = True
    End If
    If form <> "" And InStr(Forms(n), form) = 0 Then Forms(n) = Trim(Forms(n) & " " & form)
    If form <> "" Or Watched(n, Spelled(n) & vbTab & name) Then state = state & line & vbCrLf
    If Left(data, 7) = "hex(7):" Then
      kept(name) = Without(data, mine)
      Others(n) = Others(n) + Elements(kept(name)).Count
    ElseIf InStr(1, mine, "|" & Replace(name, """", "") & "|", 1) = 0 Then
      kept(name) = line
      If name <> "@" Then Others(n) = Others(n) + 1
    End If
  Next
  For Each key In all.Keys
    name = Mid(key & "\", Len(Spelled(n)) + 2)
    If name <> "" Then
      If Within(key, Spelled(n) & "\" & Names(n)) Then
        state = state & "[" & key & "]" & vbCrLf & all(key) & vbCrLf
        If InStr(Forms(n), "subkey") = 0 Then Forms(n) = Trim(Forms(n) & " subkey")
      ElseIf InStr(1, mine, "|" & Left(name, InStr(name, "\") - 1) & "|", 1) = 0 Then
        kept(key) = all(key)
        Others(n) = Others(n) + 1
      End If
    End If
  Next
  Set Beside(n) = kept
  EntryState = state
End Function

' A state without the entry in any form.
Function WithoutEntry(n, was)
  Dim all, key, own, name, data, state
  WithoutEntry = was
  key = SpelledIn(was)
  If key = "" Then Exit Function
  Set all = Sections(was)
  Set own = Values(all(key))
  state = "[" & key & "]" & vbCrLf
  For Each name In own.Keys
    data = DataOf(own(name))
    If StrComp(name, Quoted(Names(n)), 1) = 0 Then
      data = ""
    ElseIf InList(data, Names(n)) Then
      data = Without(data, "|" & Names(n) & "|")
    End If
    If data <> "" Then state = state & name & "=" & data & vbCrLf
  Next
  WithoutEntry = state
End Function

' The names of the targets under the same key, with a stroke before and behind each.
Function Mine(n)
  Dim other
  Mine = "|"
  For Each other In Keys.Keys
    If Keys(other) = Keys(n) Then Mine = Mine & Names(other) & "|"
  Next
End Function

Function Watched(n, item)
  Watched = False
  If Watch.Exists(n) Then Watched = Watch(n).Exists(item)
End Function

' Data of values, as regedit writes it.

Function Sz(text)
  Sz = Quoted(text)
End Function

Function Expand(text)
  Expand = "hex(2):" & Bytes(text & Chr(0))
End Function

Function Multi(items)
  Dim list, item
  Set list = NewList()
  For Each item In items
    list(list.Count) = Bytes(item)
  Next
  Multi = ListData(list)
End Function

' The bytes of a text in the form of the exports of this computer: two for each character where they are in Unicode.
Function Bytes(text)
  Dim i, data
  For i = 1 To Len(text)
    data = data & "," & LCase(Right("0" & Hex(Asc(Mid(text, i, 1))), 2))
    If Wide Then data = data & ",00"
  Next
  Bytes = Mid(data, 2)
End Function

Function ListData(list)
  Dim item, zero
  zero = "00"
  If Wide Then zero = "00,00"
  ListData = "hex(7):"
  For Each item In list.Items
    ListData = ListData & item & "," & zero & ","
  Next
  If list.Count = 0 Then ListData = ListData & zero & ","
  ListData = ListData & zero
End Function

' The elements of a list, each as its bytes.
Function Elements(data)
  Dim list, all, i, char, item, size
  Set list = NewList()
  size = 1
  If Wide Then size = 2
  all = Split(Mid(data, InStr(data, ":") + 1), ",")
  For i = 0 To UBound(all) - size + 1 Step size
    char = all(i)
    If Wide Then char = char & "," & all(i + 1)
    If Replace(Replace(char, "0", ""), ",", "") <> "" Then
      item = item & "," & char
    ElseIf item <> "" Then
      list(list.Count) = Mid(item, 2)
      item = ""
    End If
  Next
  If item <> "" Then list(list.Count) = Mid(item, 2)
  Set Elements = list
End Function

' The text of bytes. A character that is none of ASCII is a question mark more.
Function TextOf(bytes)
  Dim all, i, text
  all = Split(bytes, ",")
  For i = 0 To UBound(all)
    If Not Wide Or i Mod 2 = 0 Then
      text = text & Chr(CLng("&H" & all(i)))
    ElseIf all(i) <> "00" Then
      text = text & "?"
    End If
  Next
  TextOf = text
End Function

Function InList(data, name)
  Dim list, item
  InList = False
  If Left(data, 7) <> "hex(7):" Then Exit Function
  Set list = Elements(data)
  For Each item In list.Items
    If StrComp(TextOf(item), name, 1) = 0 Then InList = True
  Next
End Function

' A list without the elements whose names stand between strokes.
Function Without(data, unwanted)
  Dim list, left_, item
  Set list = Elements(data)
  Set left_ = NewList()
  For Each item In list.Items
    If InStr(1, unwanted, "|" & TextOf(item) & "|", 1) = 0 Then left_(left_.Count) = item
  Next
  Without = ListData(left_)
End Function

' Whether data holds a name in a form that is not changed: as a part of a text, or among other bytes.
Function InText(data, name)
  Dim text
  text = data
  If Left(data, 7) = "hex(2):" Then text = Replace(TextOf(Mid(data, 8)), Chr(0), "")
  text = "," & Replace(Replace(Replace(text, """", ","), ";", ","), " ", ",") & ","
  InText = (InStr(1, text, "," & name & ",", 1) > 0)
  If Left(data, 4) = "hex:" Then InText = (InStr(data, Bytes(name)) > 0)
End Function

' Targets that are files.

Function FileState(path)
  FileState = "?"
  If path = "" Then Exit Function
  FileState = ""
  If Fso.FileExists(path) Then FileState = "=" & ReadFile(path, False)
End Function

' Whether text can be edited line by line: it is no Unicode.
Function Plain(state)
  Plain = (Left(state, 1) = "=" And InStr(state, Chr(0)) = 0)
End Function

Function LineState(n, path, label, old, line)
  Dim state
  state = FileState(path)
  Odd(n) = Not Plain(state)
  If label <> "" And CountLines(state, ":" & label) = 0 Then Odd(n) = True
  If old <> "" And CountLines(state, line) = 0 And CountLines(state, old) <> 1 Then Odd(n) = True
  LineState = state
End Function

Function CountLines(state, wanted)
  Dim line
  CountLines = 0
  For Each line In Split(Replace(Mid(state, 2), vbCr, ""), vbLf)
    If StrComp(Trim(line), wanted, 1) = 0 Then CountLines = CountLines + 1
  Next
End Function

' A file with a line before its first one.
Function WithFirst(was, line)
  Dim top
  WithFirst = "=" & line & vbCrLf & Mid(was, 2)
  If was = "" Then Exit Function
  top = Split(Replace(Mid(was, 2), vbCr, "") & vbLf, vbLf)
  If StrComp(Trim(top(0)), line, 1) = 0 Then WithFirst = was
End Function

' A file with a line in the place of another one.
Function WithLine(was, old, fresh)
  Dim line, text
  WithLine = was
  If CountLines(was, old) = 0 And CountLines(was, fresh) > 0 Then Exit Function
  For Each line In Split(Replace(Mid(was, 2), vbCr, ""), vbLf)
    If StrComp(Trim(line), old, 1) = 0 Then line = fresh
    text = text & vbCrLf & line
  Next
  WithLine = "=" & Mid(text, 3)
  If CountLines(was, old) = 0 Then WithLine = ""
End Function

' A file with a line at its end.
Function WithLast(was, line)
  WithLast = was
  If CountLines(was, line) > 0 Then Exit Function
  If Len(was) > 1 And Right(was, 1) <> vbLf Then was = was & vbCrLf
  WithLast = "=" & Mid(was, 2) & line & vbCrLf
End Function

' The state of an entry of an ini file: empty where there is no file, "-" where there is no entry, else an equals sign and the entry.
Function IniState(n, path, section, item)
  Dim state, line, inside, at
  state = FileState(path)
  Odd(n) = (state <> "" And Not Plain(state))
  IniState = state
  If Left(state, 1) <> "=" Then Exit Function
  IniState = "-"
  For Each line In Split(Replace(Mid(state, 2), vbCr, ""), vbLf)
    at = InStr(line, "=")
    If Left(Trim(line), 1) = "[" Then inside = (StrComp(Trim(line), "[" & section & "]", 1) = 0)
    If inside And at > 0 And IniState = "-" Then
      If StrComp(Trim(Left(line, at - 1)), item, 1) = 0 Then IniState = "=" & Trim(Mid(line, at + 1))
    End If
  Next
End Function

' The text of an ini file with an entry in that state. A section that is missing is added at the end.
Function WithIni(text, section, item, state)
  Dim line, inside, done, out, at, hit
  done = (Left(state, 1) <> "=")
  For Each line In Split(Replace(text, vbCr, ""), vbLf)
    hit = False
    at = InStr(line, "=")
    If Left(Trim(line), 1) = "[" Then
      If inside And Not done Then
        out = out & item & state & vbCrLf
        done = True
      End If
      inside = (StrComp(Trim(line), "[" & section & "]", 1) = 0)
    ElseIf inside And at > 0 Then
      hit = (StrComp(Trim(Left(line, at - 1)), item, 1) = 0)
    End If
    If hit And Not done Then
      out = out & item & state & vbCrLf
      done = True
    ElseIf Not hit Then
      out = out & line & vbCrLf
    End If
  Next
  Do While Right(out, 4) = vbCrLf & vbCrLf
    out = Left(out, Len(out) - 2)
  Loop
  If out = vbCrLf Then out = ""
  If Not done And Not inside Then out = out & "[" & section & "]" & vbCrLf
  If Not done Then out = out & item & state & vbCrLf
  WithIni = out
End Function

' The attributes of a file as letters, behind an equals sign.
Function AttributeState(n, path)
  Dim bits, letter
  AttributeState = FileState(path)
  Odd(n) = (AttributeState = "")
  If Left(AttributeState, 1) <> "=" Then Exit Function
  bits = Fso.GetFile(path).Attributes
  AttributeState = "="
  For Each letter In Array("a32", "h2", "r1", "s4")
    If (bits And CLng(Mid(letter, 2))) <> 0 Then AttributeState = AttributeState & Left(letter, 1)
  Next
End Function

' Attributes with signed letters applied: "+r-h" makes "ar" of "ah".
Function WithAttributes(was, change)
  Dim letter, i, sign, has
  WithAttributes = was
  If was = "" Then Exit Function
  has = Mid(was, 2)
  For i = 1 To Len(change)
    letter = Mid(change, i, 1)
    If letter = "+" Or letter = "-" Then
      sign = letter
    Else
      has = Replace(has, letter, "")
      If sign = "+" Then has = has & letter
    End If
  Next
  WithAttributes = "="
  For Each letter In Array("a", "h", "r", "s")
    If InStr(has, letter) > 0 Then WithAttributes = WithAttributes & letter
  Next
End Function

Sub SetAttributes(path, state)
  Dim bits, letter
  For Each letter In Array("a32", "h2", "r1", "s4")
    If InStr(state, Left(letter, 1)) > 0 Then bits = bits + CLng(Mid(letter, 2))
  Next
  On Error Resume Next
  Fso.GetFile(path).Attributes = bits
End Sub

' Looks.

Sub Look(n)
  Dim state
  If Skip("show apply verify") Then Exit Sub
  state = StateOf(n)
  If state = "?" Or Halted Then Exit Sub
  Found(n) = state
  If Forms(n) <> "" And Spelled(n) <> "" Then Say "[[found name=" & Names(n) & " form=" & Forms(n) & " key=" & Spelled(n) & "]]"
End Sub

Sub StopIf(holds, how, why)
  If Not Skip("show apply verify") And holds Then Halt how, why
End Sub

Sub StopLater(holds, how, why)
  If Not Skip("verify") And holds Then Halt how, why
End Sub

Sub StopAlways(how, why)
  If Not Halted Then Halt how, why
End Sub

Function NoKey(targets)
  Dim n
  NoKey = True
  For Each n In targets
    If Found(n) <> "-" Then NoKey = False
  Next
End Function

Function Done(targets)
  Dim n
  Done = True
  For Each n In targets
    If Not Found.Exists(n) Then
      Done = False
    ElseIf Not Same(Changing(n, Found(n)), Found(n)) Then
      Done = False
    End If
  Next
End Function

Function IsOdd(targets)
  Dim n
  IsOdd = False
  For Each n In targets
    If Found.Exists(n) And Odd(n) Then IsOdd = True
  Next
End Function

Function Several(targets)
  Dim n
  Several = False
  For Each n In targets
    If InStr(Forms(n), " ") > 0 Then Several = True
  Next
End Function

' Whether nothing would be left beside the targets.
Function Alone(targets)
  Dim n
  Alone = False
  For Each n In targets
    If Found(n) <> "-" And Others(n) = 0 Then Alone = True
  Next
End Function

' Counts the other subkeys of the parent of a key.
Sub CountBeside(n)
  Dim all, key, parent
  If Skip("show apply verify") Or Spelled(n) = "" Then Exit Sub
  parent = Left(Spelled(n), InStrRev(Spelled(n), "\") - 1)
  Others(n) = 0
  Set all = Sections(Exported(parent))
  For Each key In all.Keys
    If StrComp(key, parent, 1) <> 0 And Not Within(key, Spelled(n)) Then Others(n) = Others(n) + 1
  Next
End Sub

' The first trace of a program that is there: a service, a file below its folder, a key.
Sub LookTraces(modes, services, files, keys)
  Dim item, base
  If Skip(modes) Then Exit Sub
  base = Variable("SMS_LOCAL_DIR")
  If base = "" Then base = Windows
  Trace = ""
  For Each item In services
    If Installed(item) Then Trace = item
  Next
  For Each item In files
    If Fso.FileExists(base & "\" & item) Then Trace = item
  Next
  For Each item In keys
    If Exported(item) <> "" Then Trace = item
  Next
  If Trace <> "" And Not Halted Then Say "[[trace name=" & Trace & "]]"
End Sub

' Whether the computer has a service. A key that holds other values only is what a removed service has left behind.
Function Installed(service)
  Dim kind, failure
  On Error Resume Next
  kind = Shell.RegRead("HKLM\SYSTEM\CurrentControlSet\Services\" & service & "\Type")
  failure = Err.Number
  On Error Goto 0
  Installed = (failure = 0)
  If failure <> 0 And failure <> &H80070002 Then Fail "[[no-look what=The service " & service & "]]"
End Function

Sub Compare(n, mayMiss, why)
  Dim state
  If Skip("apply verify") Then Exit Sub
  state = StateOf(n)
  If Halted Then Exit Sub
  If mayMiss And Mode = "verify" And state = "-" Then Exit Sub
  If Odd(n) Or Not Same(Changing(n, state), state) Then
    Fail why
    Status = "failed"
  End If
End Sub

Sub CompareRest(n, why)
  Dim name, now
  If Skip("apply") Then Exit Sub
  StateOf n
  If Halted Then Exit Sub
  Set now = Beside(n)
  If now.Count <> Rest(n).Count Then
    Fail why
    Exit Sub
  End If
  For Each name In now.Keys
    If Not Halted And now(name) <> Rest(n)(name) Then Fail why
  Next
End Sub

' The folder of the runs.

' Takes the lock of the computer: a file that is open for writing, which nobody else can then open so. Its handle ends with the script.
Sub TakeLock
  If Skip("apply undo") Then Exit Sub
  On Error Resume Next
  If Not Fso.FolderExists(Hold) Then Fso.CreateFolder Hold
  Set LockFile = Fso.OpenTextFile(Hold & "\LOCK", 2, True)
  If IsObject(LockFile) Then Exit Sub
  If WriteFile(Hold & "\HOLD.ID", "x", False) Then
    Halt "refused", "[[locked]]"
  Else
    Halt "refused", "[[no-hold]]"
  End If
  Fso.DeleteFile Hold & "\HOLD.ID"
End Sub

' Tries to write under the key of a target, where it is there.
Sub Rights(n)
  Dim key, there, left_
  If Skip("apply undo") Then Exit Sub
  KeyText n
  key = Spelled(n)
  If key = "" Then Exit Sub
  If WriteReg(WorkFile("RIGHTS.REG"), "[" & key & "]" & vbCrLf & """FixdeskRights""=""x""" & vbCrLf) Then Import WorkFile("RIGHTS.REG")
  there = InStr(Exported(key), """FixdeskRights""=""x""")
  If WriteReg(WorkFile("RIGHTS.REG"), "[" & key & "]" & vbCrLf & """FixdeskRights""=-" & vbCrLf) Then Import WorkFile("RIGHTS.REG")
  left_ = InStr(Exported(key), """FixdeskRights""")
  If Not Halted And (there = 0 Or left_ > 0) Then Halt "refused", "[[no-rights what=" & key & "]]"
End Sub

' Tries to write beside a file.
Sub RightsBeside(path)
  If Skip("apply undo") Then Exit Sub
  If Not WriteFile(path & ".FXR", "x", False) Then Halt "refused", "[[no-rights what=" & path & "]]"
  On Error Resume Next
  Fso.DeleteFile path & ".FXR"
  If Not Halted And Fso.FileExists(path & ".FXR") Then Halt "refused", "[[no-rights what=" & path & "]]"
End Sub

' The folder of the last run of this script that is not undone, empty where there is none.
Function LastRun()
  Dim n, place
  LastRun = ""
  For n = 1 To 999
    place = Hold & "\" & Right("00" & n, 3)
    If Fso.FileExists(place & "\" & Right(RESULT, 8) & ".ID") And Not Fso.FileExists(place & "\UNDONE.ID") Then LastRun = place
  Next
End Function

' Makes the folder of the run under the number behind the last one that is in use.
Sub NewRun(again)
  Dim n, free, place
  If Skip("apply") Then Exit Sub
  If Not again And Fso.FileExists(LastRun() & "\OPEN.ID") Then
    Halt "refused", "[[broken undo=/undo]]"
    Exit Sub
  End If
  free = 1
  For n = 1 To 999
    place = Hold & "\" & Right("00" & n, 3)
    If Fso.FolderExists(place) Or Fso.FileExists(place) Then free = n + 1
  Next
  place = Hold & "\" & Right("00" & free, 3)
  On Error Resume Next
  If free < 1000 Then Fso.CreateFolder place
  On Error Goto 0
  Run = place
  If WriteNote("RUN") And WriteNote("OPEN") Then
    If WriteNote(Right(RESULT, 8)) Then
      Log = Run & "\LOG.TXT"
      Say "[[run folder=" & Run & "]]"
      Exit Sub
    End If
  End If
  Run = ""
  Halt "refused", "[[no-run]]"
End Sub

Function WriteNote(name)
  WriteNote = False
  If Run <> "" Then WriteNote = WriteFile(Run & "\" & name & ".ID", "x", False)
End Function

Function Noted(name)
  Noted = (Run <> "" And Fso.FileExists(Run & "\" & name & ".ID"))
End Function

Sub Forget(name)
  If Run <> "" Then Discard Run & "\" & name & ".ID"
End Sub

' Writes exports for a person. Where none of the keys is there, the run stops as missing says, if it says so.
Sub ExportKeys(number, spellings, missing)
  Dim key, n, text, some
  If Skip("apply") Then Exit Sub
  For Each key In Split(spellings, "|")
    n = n + 1
    text = Exported(key)
    If text <> "" Then some = True
    If text <> "" And Not Halted Then
      If Not WriteFile(Run & "\KEY" & number & "-" & n & ".REG", text, Wide) Then Fail "[[not-saved what=" & key & "]]"
    End If
  Next
  If Not Halted And Not some And missing <> "" Then Halt missing, "[[no-key key=" & Split(spellings, "|")(0) & "]]"
End Sub

' Keeps a target of the registry: its state, and the file whose import gives it back. Both are read back.
Sub Save(n)
  Dim bare
  If Skip("apply") Then Exit Sub
  bare = Found(n)
  If bare = "-" Then bare = "[" & SpelledIn(Changing(n, bare)) & "]" & vbCrLf ' a key that is made goes only where it is empty
  If Not WriteFile(StateFile(n), Found(n), Wide) Or Not WriteReg(Run & "\T" & n & "R.REG", Difference(Changing(n, Found(n)), bare)) Then
    Fail "[[not-saved what=" & Names(n) & "]]"
  End If
  Set Watch(n) = Parts(Found(n))
  If Beside.Exists(n) Then Set Rest(n) = Beside(n)
End Sub

' Keeps a target that is a file: its state, and a copy of the file.
Sub SaveFile(n, path)
  If Skip("apply") Then Exit Sub
  If Not WriteFile(StateFile(n), Found(n), False) Then Fail "[[not-saved what=" & Names(n) & "]]"
  If Halted Or Not Fso.FileExists(path) Then Exit Sub
  If Not Copied(path, Run & "\T" & n & ".OLD") Then Fail "[[not-saved what=" & Names(n) & "]]"
End Sub

Function StateFile(n)
  StateFile = Run & "\T" & n & ".TXT"
End Function

' Writes that a target is about to be changed. A state that is no longer the one that was saved is not overwritten.
Sub Note(n)
  If Skip("apply") Then Exit Sub
  If Not Same(StateOf(n), Found(n)) Then
    Fail "[[changed-since name=" & Names(n) & "]]"
  ElseIf Not Halted Then
    If Not WriteNote("T" & n) Then
      Fail "[[not-noted]]"
    Else
      Changed = True
    End If
  End If
End Sub

' Changes.

' Makes of a target of the registry what the plan wants.
Sub Change(n)
  Dim script
  If Skip("apply") Then Exit Sub
  script = Difference(Found(n), Changing(n, Found(n)))
  If script = "" Then Exit Sub
  If WriteReg(Run & "\T" & n & "D.REG", script) Then Import Run & "\T" & n & "D.REG"
End Sub

Sub ChangeText(n, path)
  Dim state
  If Skip("apply") Then Exit Sub
  state = Changing(n, Found(n))
  If state <> Found(n) Then WriteFile path, Mid(state, 2), False
End Sub

Sub ChangeFile(n, path, from)
  If Skip("apply") Then Exit Sub
  On Error Resume Next
  If from <> "" Then Fso.CopyFile from, path, True
  If from = "" Then Fso.DeleteFile path, True
End Sub

Sub ChangeIni(n, path, section, item)
  If Skip("apply") Then Exit Sub
  WriteFile path, WithIni(Mid(FileState(path), 2), section, item, Changing(n, Found(n))), False
End Sub

Sub ChangeAttributes(n, path)
  If Not Skip("apply") Then SetAttributes path, Changing(n, Found(n))
End Sub

Sub MoveValue(n, other)
  Dim line, script
  If Skip("apply") Then Exit Sub
  If Found(n) = "-" Then Exit Sub
  line = Mid(Found(n), Len(Spelled(n)) + 5)
  If line = "" Then Exit Sub
  script = "[" & Spelled(n) & "]" & vbCrLf & ValueName(other) & "=" & DataOf(line) & ValueName(n) & "=-" & vbCrLf
  If WriteReg(Run & "\T" & n & "D.REG", script) Then Import Run & "\T" & n & "D.REG"
End Sub

Sub MoveFile(path, fresh)
  If Skip("apply") Then Exit Sub
  On Error Resume Next
  Fso.MoveFile path, fresh
End Sub

' Undo and rollback.

Sub OpenRun
  If Skip("undo") Then Exit Sub
  Run = LastRun()
  If Run = "" Then
    Halt "nothing-to-do", "[[no-last-run]]"
  Else
    Log = Run & "\LOG.TXT"
    Resumed = Noted("OPEN")
  End If
End Sub

' Stops where a target is neither as the run left it nor as it was saved. Of a run that was cut off a part of either is well.
Sub Unchanged(n)
  Dim was, state, fresh
  If Skip("undo") Then Exit Sub
  If Not Noted("T" & n) Then Exit Sub
  was = ReadFile(StateFile(n), Wide)
  Set Watch(n) = Parts(was)
  state = StateOf(n)
  fresh = Changing(n, was)
  If Halted Or Same(state, was) Or Same(state, fresh) Then Exit Sub
  If Resumed And (Among(state, was) Or Among(state, fresh)) Then Exit Sub
  Halt "refused", "[[changed-by name=" & Names(n) & "]]"
End Sub

Sub Reopen
  If Skip("undo") Then Exit Sub
  If WriteNote("OPEN") Then
    Changed = True
  Else
    Halt "refused", "[[not-noted]]"
  End If
End Sub

Sub Restore(n)
  If Not Noted("T" & n) Or Skip("undo") Then Exit Sub
  If Not IsBack(n) And Not Halted Then Import Run & "\T" & n & "R.REG"
  JudgeRestored n
End Sub

Sub RestoreFile(n, path)
  If Not Noted("T" & n) Or Skip("undo") Then Exit Sub
  On Error Resume Next
  If Not IsBack(n) Then
    If Fso.FileExists(Run & "\T" & n & ".OLD") Then
      Fso.CopyFile Run & "\T" & n & ".OLD", path, True
    Else
      Fso.DeleteFile path, True
    End If
  End If
  On Error Goto 0
  JudgeRestored n
End Sub

Sub RestoreIni(n, path, section, item)
  Dim text, state
  If Not Noted("T" & n) Or Skip("undo") Then Exit Sub
  state = ReadFile(StateFile(n), False)
  text = WithIni(Mid(FileState(path), 2), section, item, state)
  If Not IsBack(n) Then WriteFile path, text, False
  If state = "" And StrComp(text, "[" & section & "]" & vbCrLf, 1) = 0 Then Discard path
  JudgeRestored n
End Sub

Sub RestoreAttributes(n, path)
  If Not Noted("T" & n) Or Skip("undo") Then Exit Sub
  If Not IsBack(n) Then SetAttributes path, ReadFile(StateFile(n), False)
  JudgeRestored n
End Sub

' Takes a key away that a run made, where it is still empty.
Sub Unmake(n)
  Dim key, text
  If Skip("undo") Then Exit Sub
  If ReadFile(StateFile(n), Wide) <> "-" Then Exit Sub
  key = Keys(n)
  text = Exported(key)
  If Difference("[" & key & "]" & vbCrLf, text) = "" And WriteReg(Run & "\T" & n & "K.REG", "[-" & key & "]" & vbCrLf) Then Import Run & "\T" & n & "K.REG"
End Sub

Function IsBack(n)
  Dim was, state
  was = ReadFile(StateFile(n), Wide)
  Set Watch(n) = Parts(was)
  state = StateOf(n)
  IsBack = Same(state, was)
  If was = "-" And state = "[" & SpelledIn(state) & "]" & vbCrLf Then IsBack = True ' only the key that was made
End Function

Sub JudgeRestored(n)
  If Halted Then Exit Sub
  If IsBack(n) And Not Halted Then
    Say "[[restored name=" & Names(n) & "]]"
  ElseIf Not Halted Then
    Halt "failed", "[[not-restored name=" & Names(n) & "]]"
  End If
End Sub

' Takes back what an apply changed that failed, the last change first.
Sub PutBack
  Dim n
  If Mode <> "apply" Or Status <> "failed" Or Not Changed Then Exit Sub
  Halted = False
  Doing = "undo"
  Torn = True ' until all is back
  Back
  If Halted Then
    Status = "failed"
    Say "[[not-rolled-back undo=/undo]]"
  Else
    For Each n In Names.Keys
      Forget "T" & n
    Next
    Torn = False
    Changed = False
    Halt "rolled-back", "[[rolled-back]]"
  End If
End Sub

' Closes the run: what is not noted was not changed.
Sub CloseRun
  If Run = "" Or Torn Then Exit Sub
  If Mode = "undo" Then
    If Status <> "ok" Then Exit Sub
    If Not WriteNote("UNDONE") Then
      Halt "failed", "[[not-closed]]"
      Exit Sub
    End If
    Say "[[undone]]"
  ElseIf Not Changed And Not Ran Then
    Forget Right(RESULT, 8)
  End If
  Forget "OPEN"
End Sub

' Services and programs.

' 4 where a service runs, 1 where it does not, 0 where nobody can say: Windows NT 4.0 has no WMI.
Function ServiceState(key)
  Dim all, item
  ServiceState = 1
  If Not Installed(key) Then Exit Function
  ServiceState = 0
  On Error Resume Next
  Set all = GetObject("winmgmts:").ExecQuery("SELECT State FROM Win32_Service WHERE Name='" & key & "'")
  For Each item In all
    If item.State = "Stopped" Then ServiceState = 1
    If item.State <> "Stopped" And Err.Number = 0 Then ServiceState = 4
  Next
End Function

' Tells a service to stop or start. Returns 0 where that is done, the number of the message where it is so already, else -1.
Function Net(verb, key)
  Dim name, text, number
  name = WorkFile("NET.TXT")
  Net = -1
  If name = "" Then Exit Function
  Discard name
  If Launch(Windows & "\System32\cmd.exe /c """"" & Windows & "\System32\net.exe"" " & verb & " """ & key & """ >""" & name & """ 2>&1""", 0) = 0 Then Net = 0
  text = ReadFile(name, False)
  For Each number In Array("3521", "2182")
    If InStr(text, number) > 0 Then Net = CLng(number)
  Next
  Discard name
End Function

Sub Pause
  Launch Windows & "\System32\ping.exe -n 2 127.0.0.1", 0
End Sub

Sub StopService(key)
  Dim state, answer, try
  If Skip("apply undo") Then Exit Sub
  state = ServiceState(key)
  If state = 1 Or Halted Then Exit Sub
  If Not WriteNote("S-" & key) Then
    Fail "[[not-noted]]"
    Exit Sub
  End If
  For try = 1 To 10
    If try > 1 Then Pause
    If try = 1 Or state = 0 Then answer = Net("stop", key)
    state = ServiceState(key)
    If try = 1 And answer = 3521 And state = 0 Then
      Forget "S-" & key ' it did not run
      Exit Sub
    ElseIf state = 1 Or (state = 0 And (answer = 0 Or answer = 3521)) Then
      Say "[[stopped service=" & key & "]]"
      Exit Sub
    End If
  Next
  Late = key
  If Doing = "undo" Then
    Halt "refused", "[[undo-stuck service=" & key & "]]"
  Else
    Fail "[[stuck service=" & key & "]]"
  End If
End Sub

Sub StartServices(services)
  If Not Skip("apply undo") Then StartAll services
End Sub

' Starts the services that are noted as stopped, whatever has happened. One that was told to stop and has not may stop yet.
Sub StartAll(services)
  Dim key, try, answer
  For Each key In services
    If Noted("S-" & key) Then
      For try = 1 To 10
        If Late = key And ServiceState(key) = 4 Then Pause
      Next
      If Late = key And ServiceState(key) = 4 Then
        Say "[[still service=" & key & "]]"
      Else
        answer = 0
        If ServiceState(key) <> 4 Then answer = Net("start", key)
        If ServiceState(key) = 4 Or (ServiceState(key) = 0 And answer <> -1) Then
          Forget "S-" & key
        Else
          Down = key
        End If
      End If
    End If
  Next
End Sub

' Starts at the end of a run what is still stopped.
Sub StartLeft(services)
  Down = ""
  StartAll services
  If Down = "" Then Exit Sub
  Torn = True
  Halt "failed", "[[down service=" & Down & "]]"
End Sub

Sub EndProcess(image)
  Dim tool
  If Skip("apply") Then Exit Sub
  tool = Windows & "\System32\taskkill.exe"
  If Not Fso.FileExists(tool) Then
    Say "[[no-tool image=" & image & "]]"
  ElseIf Launch(tool & " /f /im " & image, 0) = 0 Then
    Say "[[ended image=" & image & "]]"
  Else
    Say "[[not-running image=" & image & "]]"
  End If
End Sub

' Runs a program from the folder that is given. A batch file looks for its companions in the current folder: cmd is sent there, and
' COMMAND.COM by a batch file.
Sub RunGiven(name, arguments, waits)
  If Skip("apply") Then Exit Sub
  If Right(UCase(name), 4) <> ".BAT" Then
    RunLine name, Trim("""" & Folder & "\" & name & """ " & arguments), waits
  ElseIf Platform() = "nt" Then
    RunLine name, Windows & "\System32\cmd.exe /c pushd """ & Folder & """ & " & Trim(name & " " & arguments), waits
  ElseIf WriteFile(Run & "\TOOL.BAT", Left(Folder, 2) & vbCrLf & "cd """ & Mid(Folder, 3) & """" & vbCrLf & Trim(name & " " & arguments) & vbCrLf, False) Then
    RunLine name, """" & Run & "\TOOL.BAT""", waits
  Else
    Fail "[[not-noted]]"
  End If
End Sub

' Runs a program of Windows, by its full path.
Sub RunTool(path, arguments, waits)
  If Skip("apply") Then Exit Sub
  If Fso.FileExists(Shell.ExpandEnvironmentStrings(path)) Then
    RunLine path, Trim("""" & path & """ " & arguments), waits
  Else
    Fail "[[no-start program=" & path & "]]"
  End If
End Sub

' Runs the arguments that undo a command which was run.
Sub Reverse(path, arguments)
  Dim answer
  If Skip("undo") Or Not Noted("RAN") Then Exit Sub
  answer = Launch(Trim("""" & path & """ " & arguments), 1)
  If answer <> 0 Then Halt "failed", "[[command-fails program=" & path & " code=" & answer & "]]"
End Sub

Sub RunLine(name, line, waits)
  If Not WriteNote("RAN") Then
    Fail "[[not-noted]]"
    Exit Sub
  End If
  Ran = True
  Code = Launch(line, 1)
  If Code = -1 Then
    Fail "[[no-start program=" & name & "]]"
    Exit Sub
  End If
  Say "[[exit program=" & name & " code=" & Code & "]]"
  If waits Then
    Later = True
  ElseIf Code <> 0 Then
    Halt "failed", "[[command-fails program=" & name & " code=" & Code & "]]"
  End If
End Sub

' Facts for the next report.

Sub CollectWindows
  Dim version, pair
  On Error Resume Next
  If Platform() = "nt" Then
    version = "nt " & Shell.RegRead("HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\CurrentVersion")
  Else
    version = "9x " & Shell.RegRead("HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\VersionNumber")
  End If
  On Error Goto 0
  For Each pair In Array("nt 3.5=nt351", "nt 4.0=nt4", "nt 5.0=win2000", "nt 5.1=xp", "9x 4.00=win95", "9x 4.10=win98", "9x 4.90=winme")
    If InStr(version, Split(pair, "=")(0)) = 1 Then Say "client_os=" & Split(pair, "=")(1)
  Next
End Sub

' The sites that a key names as subkeys or in lists. Nothing else of it is printed.
Sub CollectSites(key)
  Dim all, below, name, own
  If Halted Then Exit Sub
  Set all = Sections(Exported(key))
  For Each below In all.Keys
    name = Mid(below, Len(key) + 2)
    If name <> "" And InStr(name, "\") = 0 Then Say "client_sites=" & name
  Next
  If Not all.Exists(key) Then Exit Sub
  Set own = Values(all(key))
  For Each name In own.Keys
    If Left(DataOf(own(name)), 7) = "hex(7):" Then PrintSites Elements(DataOf(own(name)))
  Next
End Sub

Sub PrintSites(list)
  Dim item
  For Each item In list.Items
    Say "client_sites=" & TextOf(item)
  Next
End Sub

Sub CollectLines(file, words)
  Dim base, line
  base = Variable("SMS_LOCAL_DIR")
  If base = "" Then base = Windows
  For Each line In Split(Replace(ReadFile(base & "\MS\SMS\Logs\" & file, False), vbCr, ""), vbLf)
    If InStr(line, words) > 0 Then Say line
  Next
End Sub
