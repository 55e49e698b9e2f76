' The routines of the scripts for the Windows Script Host. A script holds those that it calls.
'
' They keep to what VBScript 3 and the host of Wine know: no Class, With, Join, RegExp, ChrW, Sleep. And and Or look at both of their
' sides. After On Error Resume Next a condition that fails is taken for true, so no condition stands behind one that could fail. An error
' outlives the routine that has met it and goes on, so that routine clears it.
'
' The state of a target is a text. In the registry: "-" where its key is not there, "+" where that may be made, else a piece of an export:
' the key, the values that concern the target, the keys below. Of a file: empty where it is not there, else an equals sign and the
' content. StateOf(n) of the plan returns the state of a target, Changing(n, was) what the plan makes of a state. Every look, change,
' comparison and restoration follows from these two. What cannot be looked at stops the run, and no state is believed then.

' The variables of a run, and its course.
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
  If InWindow() Then Halt "refused", "[[no-cscript]]"
  Targets
  Begin
  If Mode = "undo" Then Guards : Back : Exit Sub
  If Mode <> "verify" Then Steps
  Looks
End Sub

Sub Catch(number, what)
  If number <> 0 Then Err.Clear : Fail "[[host-error error=" & what & " undo=/undo]]"
End Sub

' The end of every run: the result is the last line.
Sub Finish
  Dim tail, name, exits : On Error Resume Next
  If Status = "ok" And Later Then Status = "started" : Say "[[started code=" & Code & " verify=/verify]]"
  If Work <> "" Then Fso.DeleteFolder Work
  If Ran Then tail = " code=" & Code
  Say RESULT & " mode=" & Mode & " status=" & Status & " step=" & StepNo & tail
  For Each name In Array("ok", "nothing-to-do", "refused", "failed", "rolled-back", "started")
    If name = Status Then WScript.Quit 10 + exits
    exits = exits + 1
  Next
End Sub

' A window would show each line in a box of its own. Not every host knows its name.
Function InWindow()
  On Error Resume Next
  InWindow = (LCase(Right(WScript.FullName, 11)) = "wscript.exe") : Err.Clear
End Function

Function NewList() : Set NewList = CreateObject("Scripting.Dictionary") : NewList.CompareMode = 1 : End Function

' An environment variable, empty where there is none. Some hosts leave the character behind that ends it.
Function Variable(name)
  Variable = Replace(Shell.ExpandEnvironmentStrings("%" & name & "%"), Chr(0), "")
  If Variable = "%" & name & "%" Then Variable = ""
End Function

Function Platform()
  If Variable("OS") = "Windows_NT" Then Platform = "nt" Else Platform = "9x"
End Function

' Whether a routine has nothing to do: the run has to stop, or it is for something else.
Function Skip(modes) : Skip = (Halted Or InStr(modes, Doing) = 0) : End Function

' Prints a line. A log that cannot be written on a full drive is no reason to end in the middle.
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

' Stops as failed where something was changed, else as refused.
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
  If Not Skip(modes) And Folder = "" Then Halt "refused", "[[no-folder files=" & Replace(files, "|", ", ") & " mode=/" & Mode & "]]"
  If Not Skip(modes) And InStr(Folder, "%") > 0 Then Halt "refused", "[[odd-folder]]"
  For Each name In Split(files, "|")
    If Not Skip(modes) And Not Fso.FileExists(Folder & "\" & name) Then Halt "refused", "[[missing-file file=" & name & "]]"
  Next
End Sub

' A file in one of the named folders, empty where that was not given.
Function Place(where, name)
  Dim root : root = Windows
  If where = "given" Then root = Folder
  If where = "system" Then root = Windows & "\System"
  If where = "system" And Platform() = "nt" Then root = Windows & "\System32"
  If where = "programs" Then root = Shell.RegRead("HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\ProgramFilesDir")
  If root <> "" Then Place = root & "\" & name
End Function

' Files.

Function ReadFile(name, wideFile)
  Dim file : ReadFile = ""
  If Not Fso.FileExists(name) Then Exit Function
  If Fso.GetFile(name).Size = 0 Then Exit Function
  Set file = Fso.OpenTextFile(name, 1, False, wideFile)
  ReadFile = file.ReadAll
  file.Close
End Function

' Writes a file, reads it back, and returns whether it is whole.
Function WriteFile(name, content, wideFile)
  Dim file : WriteFile = False
  On Error Resume Next
  Set file = Fso.CreateTextFile(name, True, wideFile)
  file.Write content
  file.Close
  WriteFile = (Fso.FileExists(name) And ReadFile(name, wideFile) = content) : Err.Clear
End Function

' Copies a file, and returns whether the copy is there and as long.
Function Copied(name, copy)
  Copied = False
  On Error Resume Next
  Fso.CopyFile name, copy, True
  Copied = (Fso.GetFile(copy).Size = Fso.GetFile(name).Size) : Err.Clear
End Function

Sub Discard(name)
  If Fso.FileExists(name) Then Fso.DeleteFile name, True
End Sub

' A file in a new folder for temporary files, empty where none can be made. Shell.Run would fill in what stands between percent signs.
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

' Runs a command line and waits. Returns its exit code, or -1 where it could not be started.
Function Launch(line, window)
  On Error Resume Next
  Launch = Shell.Run(line, window, True)
  If Err.Number <> 0 Then Launch = -1 : Err.Clear
End Function

' The registry is read by an export of regedit and written by importing a file: RegWrite knows no lists, RegDelete no keys with subkeys.

' The command line of regedit. 64-bit Windows has one for each view.
Function Regedit() : Regedit = Windows & "\regedit.exe" : End Function

Function Regedit32()
  Regedit32 = Windows & "\SysWOW64\regedit.exe"
  If Not Fso.FileExists(Regedit32) Then Regedit32 = Windows & "\regedit.exe"
End Function

Function Regedit64()
  Regedit64 = Windows & "\regedit.exe"
  If Fso.FileExists(Windows & "\Sysnative\cmd.exe") Then Regedit64 = Windows & "\Sysnative\cmd.exe /c " & Regedit64
End Function

' The export of a key: empty where regedit writes no file, a question mark where that is not whole: on a full drive there is no room for a
' copy of it. Unicode has a mark before the first letter, of REGEDIT4 or of Windows Registry Editor.
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

' Whether a key can be read that every Windows has.
Function CanLook()
  Const SURE = "HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Control\ComputerName"
  CanLook = (InStr(1, Dump(SURE), "[" & SURE & "]", 1) > 0)
End Function

Sub CanRead
  If Not Halted And WorkFile("x") = "" Then Halt "refused", "[[no-temp]]"
  If Not Halted Then If Not CanLook() Then Halt "refused", "[[unreadable]]"
End Sub

' The export of a key with its data unfolded, empty where the key is not there. What is not found is not there only where a look at
' another key succeeds right afterwards.
Function Exported(key)
  Dim text : Exported = ""
  If Halted Then Exit Function
  text = Dump(key)
  If InStr(1, text, "[" & key & "]", 1) > 0 Then Exported = Replace(text, ",\" & vbCrLf & "  ", ",") : Exit Function
  If text = "?" Or Not CanLook() Or ReadError(key & "\") = &H80070005 Then Fail "[[no-look what=" & key & "]]"
End Function

Function WriteReg(name, content)
  Dim head : head = "REGEDIT4"
  If Wide Then head = "Windows Registry Editor Version 5.00"
  WriteReg = WriteFile(name, head & vbCrLf & vbCrLf & content, Wide)
End Function

Sub Import(name) : Launch Viewer() & " /s """ & name & """", 0 : End Sub

' Imports a file that is written for that. One that is not whole is not imported: a later look says what that means.
Sub ImportNew(name, content)
  If WriteReg(name, content) Then Import name
End Sub

' Every key of an export or a state, and every value behind its key and a tab, with its line. A string can go over several lines.
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

' The name in a line of an export, with its quotes; @ for the default value.
Function NameOf(line)
  NameOf = "@"
  If Left(line, 1) = """" Then NameOf = Left(line, InStr(2, Replace(Replace(line, "\\", "xx"), "\""", "xx"), """="))
End Function

Function DataOf(line) : DataOf = Mid(line, Len(NameOf(line)) + 2) : End Function

' A text up to a sign, or all of it.
Function Upto(text, sign) : Upto = Left(text, InStr(text & sign, sign) - 1) : End Function

Function Quoted(text) : Quoted = """" & Replace(Replace(text, "\", "\\"), """", "\""") & """" : End Function

Function ValueName(n)
  If Names(n) = "" Then ValueName = "@" Else ValueName = Quoted(Names(n))
End Function

' What a file to import must say to make one state into another, both given in parts; empty where they are the same.
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

' Whether a state is a piece of another one, as a run leaves it that is cut off.
Function Among(piece, whole)
  Dim a, b, item : Among = (piece = Left(whole, Len(piece)))
  If Left(piece, 1) <> "[" Then Exit Function
  Set a = Parts(piece) : Set b = Parts(whole) : Among = True
  For Each item In a.Keys
    If Not b.Exists(item) Or a(item) <> b(item) Then Among = False
  Next
End Function

' Targets in the registry.

' The export of the first spelling of the key of a target that is there, empty where none is.
Function KeyText(n)
  Dim key : Spelled(n) = "" : Forms(n) = "" : Odd(n) = False : Others(n) = 0
  For Each key In Split(Keys(n), "|")
    If Spelled(n) = "" Then KeyText = Exported(key)
    If Spelled(n) = "" And KeyText <> "" Then Spelled(n) = key
  Next
End Function

' The key that stands first in a state, empty where there is none.
Function SpelledIn(state)
  If Left(state, 1) = "[" Then SpelledIn = Mid(state, 2, InStr(state & vbCrLf, "]" & vbCrLf) - 2)
End Function

Function KeyState(n)
  Dim text : text = KeyText(n)
  If text = "" Then KeyState = "-" Else KeyState = Mid(text, InStr(text, vbCrLf & "[") + 2)
End Function

' The state of a value. It is odd where its data does not begin as the wanted data does.
Function ValueState(n, kind)
  Dim all, line : Set all = Parts(KeyText(n))
  If Spelled(n) = "" Then ValueState = "-" : Exit Function
  If all.Exists(Spelled(n) & vbTab & ValueName(n)) Then line = all(Spelled(n) & vbTab & ValueName(n)) & vbCrLf : Forms(n) = " value"
  If line <> "" Then Odd(n) = (InStr(DataOf(line), kind) <> 1)
  ValueState = "[" & Spelled(n) & "]" & vbCrLf & line
End Function

' The state of a value whose key may be made where the key above it is there.
Function MadeState(n, kind)
  Dim key : key = Upto(Keys(n), "|")
  MadeState = ValueState(n, kind)
  If MadeState = "-" Then If Exported(Left(key, InStrRev(key, "\") - 1)) <> "" Then MadeState = "+"
End Function

' A state with that data as the value of the target, or without the value where the data is empty.
Function WithValue(n, was, data)
  Dim key : key = SpelledIn(was)
  WithValue = was
  If key = "" And data = "" Then Exit Function
  If key = "" Then key = Upto(Keys(n), "|")
  WithValue = "[" & key & "]" & vbCrLf
  If data <> "" Then WithValue = WithValue & ValueName(n) & "=" & data & vbCrLf
End Function

Function WithElement(n, was, item, there)
  Dim data : data = DataOf(LineIn(was))
  WithElement = was
  If InList(data, item) = there Or (was = "-") Then Exit Function
  If there Then WithElement = WithValue(n, was, ListData(Elements(data) & Bytes(item) & "|"))
  If Not there Then WithElement = WithValue(n, was, Without(data, item))
End Function

' The line of the value in the state of a value.
Function LineIn(state)
  LineIn = Mid(state, Len(SpelledIn(state)) + 5)
  If LineIn <> "" Then LineIn = Left(LineIn, Len(LineIn) - 2)
End Function

' The state that was saved of a target.
Function SavedState(n)
  If IsEmpty(Found(n)) Then SavedState = ReadFile(StateFile(n), Wide) Else SavedState = Found(n)
End Function

' The state of an entry: the subkey, the value, the lists that hold it, and those that held it when it was saved. What stands beside it is
' noted too, but for what belongs to targets of the plan: their names stand between strokes.
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

' The name of a value or a subkey that an item of parts has below a key, empty for the key.
Function Below(item, key)
  If Mid(item, Len(key) + 1, 1) = vbTab Then Below = Replace(Mid(item, Len(key) + 2), """", "") Else Below = Upto(Replace(Mid(item, Len(key) + 2), vbTab, "\"), "\")
End Function

' A state without the entry in any form.
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

' Data as regedit writes it. Where the exports of the computer are in Unicode, a character is two bytes.

Function Expand(text) : Expand = "hex(2):" & Bytes(text) & Left(Bytes(Chr(0)), Len(Bytes(Chr(0))) - 1) : End Function

Function Multi(items)
  Dim item, list : list = "|"
  For Each item In items
    list = list & Bytes(item) & "|"
  Next
  Multi = ListData(list)
End Function

' The bytes of a text, each with a comma behind it.
Function Bytes(text)
  Dim i
  For i = 1 To Len(text)
    Bytes = Bytes & LCase(Right("0" & Hex(Asc(Mid(text, i, 1))), 2)) & ","
    If Wide Then Bytes = Bytes & "00,"
  Next
End Function

' The elements of a list as their bytes, with a stroke before and behind each.
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

' A list without the elements of these names, which have a stroke between them: as they are written, in capitals, in small letters.
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

' Whether data holds a name in a form that is not changed: as a part of a text, or among other bytes.
Function InText(data, name)
  InText = (Left(data, 3) = "hex" And InStr(data & ",", Bytes(name)) > 0)
  If Left(data, 1) = """" Then InText = (InStr(1, "," & Replace(Replace(Replace(data, """", ","), ";", ","), " ", ",") & ",", "," & name & ",", 1) > 0)
End Function

' Targets that are files.

Function FileState(path)
  If path = "" Then FileState = "?" : Exit Function
  If Fso.FileExists(path) Then FileState = "=" & ReadFile(path, False) Else FileState = ""
End Function

' The state of a file to which another one is copied.
Function CopyState(n, path, from)
  CopyState = FileState(path)
  Odd(n) = (Copying(n, from) = "")
End Function

' The state that a copy has: of the file that is copied, or, where that is not at hand, of what the last run has kept of it.
Function Copying(n, from)
  Dim kept : kept = Run
  If kept = "" Then kept = LastRun()
  kept = kept & "\T" & n & ".NEW"
  Copying = FileState(from)
  If (Doing = "undo" Or Left(Copying, 1) <> "=") And Fso.FileExists(kept) Then Copying = FileState(kept)
End Function

' The state of a file that is edited line by line. It is odd where it is missing, is Unicode, or lacks what the edit needs.
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

' A file with a line before its first one.
Function WithFirst(was, line)
  WithFirst = "=" & line & vbCrLf & Mid(was, 2)
  If StrComp(Trim(Upto(Replace(Mid(was, 2), vbCr, vbLf), vbLf)), line, 1) = 0 Then WithFirst = was
End Function

' A file with a line in the place of another one; empty where neither is there.
Function WithLine(was, old, fresh)
  Dim line
  If CountLines(was, old) = 0 And CountLines(was, fresh) > 0 Then WithLine = was
  If CountLines(was, old) = 0 Then Exit Function
  For Each line In Split(Replace(Mid(was, 2), vbCr, ""), vbLf)
    If StrComp(Trim(line), old, 1) = 0 Then line = fresh
    WithLine = WithLine & vbCrLf & line
  Next
  WithLine = "=" & Mid(WithLine, 3)
End Function

' A file with a line at its end.
Function WithLast(was, line)
  WithLast = "=" & Mid(was, 2)
  If CountLines(was, line) > 0 Then Exit Function
  If Len(was) > 1 And Right(was, 1) <> vbLf Then WithLast = WithLast & vbCrLf
  WithLast = WithLast & line & vbCrLf
End Function

' The state of an entry of an ini file: empty where there is no file, "-" where there is no entry, else an equals sign and the entry.
Function IniState(n, path, section, item)
  Dim line, inside, state : state = FileState(path)
  Odd(n) = (InStr(state, Chr(0)) > 0) : IniState = state
  If Left(state, 1) <> "=" Then Exit Function
  IniState = "-"
  For Each line In Split(Replace(Mid(state, 2), vbCr, ""), vbLf)
    If Left(Trim(line), 1) = "[" Then inside = (StrComp(Trim(line), "[" & section & "]", 1) = 0)
    If inside And IniState = "-" And IsItem(line, item) Then IniState = "=" & Trim(Mid(line, InStr(line, "=") + 1))
  Next
End Function

Function IsItem(line, item) : IsItem = (InStr(line, "=") > 0 And StrComp(Trim(Upto(line, "=")), item, 1) = 0) : End Function

Function WithoutItem(was)
  If was = "" Then WithoutItem = "" Else WithoutItem = "-"
End Function

' The text of an ini file with an entry in that state. A section that is missing is added at the end.
Function WithIni(text, section, item, state)
  Dim line, inside, done, hit : done = (Left(state, 1) <> "=")
  If Right(text, 2) = vbCrLf Then text = Left(text, Len(text) - 2)
  For Each line In Split(Replace(text, vbCr, ""), vbLf)
    hit = (inside And IsItem(line, item))
    If Left(Trim(line), 1) = "[" Then
      If inside And Not done Then WithIni = WithIni & item & state & vbCrLf : done = True
      inside = (StrComp(Trim(line), "[" & section & "]", 1) = 0)
    End If
    If Not hit Then WithIni = WithIni & line & vbCrLf
    If hit And Not done Then WithIni = WithIni & item & state & vbCrLf : done = True
  Next
  If Not done And Not inside Then WithIni = WithIni & "[" & section & "]" & vbCrLf
  If Not done Then WithIni = WithIni & item & state & vbCrLf
End Function

' The attributes of a file as letters, behind an equals sign.
Function AttributeState(n, path)
  Dim letter : AttributeState = FileState(path)
  Odd(n) = (AttributeState = "")
  If Left(AttributeState, 1) = "=" Then AttributeState = "=" Else Exit Function
  For Each letter In Array("a32", "h2", "r1", "s4")
    If (Fso.GetFile(path).Attributes And CLng(Mid(letter, 2))) <> 0 Then AttributeState = AttributeState & Left(letter, 1)
  Next
End Function

' Attributes with signed letters applied: "+r-h" makes "ar" of "ah".
Function WithAttributes(was, change)
  Dim letter, i, sign, has : has = was
  For i = 1 To Len(change)
    letter = Mid(change, i, 1)
    If letter = "+" Or letter = "-" Then sign = letter Else has = Replace(has, letter, "")
    If letter <> sign And sign = "+" Then has = has & letter
  Next
  If was <> "" Then WithAttributes = "="
  For Each letter In Array("a", "h", "r", "s")
    If InStr(has, letter) > 0 Then WithAttributes = WithAttributes & letter
  Next
End Function

Sub SetAttributes(path, state)
  Dim letter, bits
  For Each letter In Array("a32", "h2", "r1", "s4")
    If InStr(state, Left(letter, 1)) > 0 Then bits = bits + CLng(Mid(letter, 2))
  Next
  On Error Resume Next
  Fso.GetFile(path).Attributes = bits : Err.Clear
End Sub

' Looks.

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
  If Forms(n) <> "" Then Say "[[found name=" & Names(n) & " form=" & Trim(Forms(n)) & " key=" & Spelled(n) & "]]"
  If Forms(n) = "" And Left(state, 1) = "[" Then Say "[[key-at key=" & Spelled(n) & "]]"
End Sub

' Stops where something holds for one of the targets: no-key and done must hold for all.
Sub StopIf(fact, targets, how, why)
  Dim n, all, hits : If Skip("show apply verify") Then Exit Sub
  For Each n In targets
    all = all + 1
    If InStr(Facts(n) & " ", " " & fact & " ") > 0 Then hits = hits + 1
  Next
  If hits > 0 And (hits = all Or (fact <> "no-key" And fact <> "done")) Then Halt how, why
End Sub

Sub StopWhere(modes, holds, how, why)
  If Not Skip(modes) And holds Then Halt how, why
End Sub

' Looks whether the parent of a key has other subkeys.
Sub LookBeside(n)
  Dim item, parent : If Skip("show apply verify") Or Spelled(n) = "" Then Exit Sub
  parent = Left(Spelled(n), InStrRev(Spelled(n), "\") - 1)
  Facts(n) = Facts(n) & " alone"
  For Each item In Parts(Exported(parent)).Keys
    If InStr(item, vbTab) = 0 And Len(item) > Len(parent) And InStr(1, item & "\", Spelled(n) & "\", 1) <> 1 Then Facts(n) = Replace(Facts(n), " alone", "")
  Next
End Sub

' Looks for the traces of a program: a service, a file below its folder, a key.
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
  If Trace <> "" And Not Halted Then Say "[[trace name=" & Trace & "]]"
End Sub

' The folder of the program, with a backslash.
Function Base()
  Base = Variable("SMS_LOCAL_DIR") & "\"
  If Base = "\" Then Base = Windows & "\"
End Function

' Whether the computer has a service. A key that holds other values only is what a removed service has left behind.
Function Installed(service)
  Dim failure : failure = ReadError("HKLM\SYSTEM\CurrentControlSet\Services\" & service & "\Type")
  Installed = (failure = 0)
  If failure <> 0 And failure <> &H80070002 Then Fail "[[no-look what=The service " & service & "]]"
End Function

' The number of the error with which a value is read, the default value of a key behind a backslash: 80070002 where it is not there.
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

Sub CompareRest(n, why)
  Dim item, old, fresh : If Skip("apply") Then Exit Sub
  StateOf n
  If Halted Then Exit Sub
  Set old = Rest(n) : Set fresh = Beside(n)
  If Difference(old, fresh) <> "" Or old.Count <> fresh.Count Then Halt "failed", why
End Sub

' The folder of the runs.

' Takes the lock of the computer: a file that is open for writing, which nobody else can open so. The handle ends with the script.
Sub TakeLock
  If Skip("apply undo") Then Exit Sub
  On Error Resume Next
  If Not Fso.FolderExists(Hold) Then Fso.CreateFolder Hold
  Set LockFile = Fso.OpenTextFile(Hold & "\LOCK", 2, True)
  If IsObject(LockFile) Then Exit Sub
  If WriteFile(Hold & "\HOLD.ID", "x", False) Then Halt "refused", "[[locked]]" Else Halt "refused", "[[no-hold]]"
  Fso.DeleteFile Hold & "\HOLD.ID" : Err.Clear
End Sub

Sub NoneOpen
  If Skip("apply") Then Exit Sub
  If Fso.FileExists(LastRun() & "\OPEN.ID") Then Halt "refused", "[[broken undo=/undo]]"
End Sub

' Tries to write under the key of a target, where it is there.
Sub Rights(n)
  Dim key, line, tried : If Skip("apply undo") Then Exit Sub
  KeyText n : key = Spelled(n) : line = """FixdeskRights""="
  If key = "" Then Exit Sub
  ImportNew WorkFile("RIGHTS.REG"), "[" & key & "]" & vbCrLf & line & """x""" & vbCrLf
  tried = InStr(Exported(key), line & """x""") > 0
  ImportNew WorkFile("RIGHTS.REG"), "[" & key & "]" & vbCrLf & line & "-" & vbCrLf
  If Not tried Or InStr(Exported(key), line) > 0 Then Fail "[[no-rights what=" & key & "]]"
End Sub

' Tries to write beside a file.
Sub RightsBeside(path)
  Dim tried : If Skip("apply undo") Then Exit Sub
  tried = WriteFile(path & ".FXR", "x", False)
  On Error Resume Next
  Fso.DeleteFile path & ".FXR"
  On Error Goto 0
  If Not tried Or Fso.FileExists(path & ".FXR") Then Halt "refused", "[[no-rights what=" & path & "]]"
End Sub

Function Numbered(n) : Numbered = Hold & "\" & Right("00" & n, 3) : End Function

' The folder of the last run of this script that is not undone, empty where there is none.
Function LastRun()
  Dim n : LastRun = ""
  For n = 1 To 999
    If Fso.FileExists(Numbered(n) & "\" & Right(RESULT, 8) & ".ID") And Not Fso.FileExists(Numbered(n) & "\UNDONE.ID") Then LastRun = Numbered(n)
  Next
End Function

' Makes the folder of the run under the number behind the last one that is in use.
Sub NewRun(again)
  Dim n, free : free = 1
  If Skip("apply") Then Exit Sub
  If Not again And Fso.FileExists(LastRun() & "\OPEN.ID") Then Halt "refused", "[[broken undo=/undo]]" : Exit Sub
  For n = 1 To 999
    If Fso.FolderExists(Numbered(n)) Or Fso.FileExists(Numbered(n)) Then free = n + 1
  Next
  On Error Resume Next
  If free < 1000 Then Fso.CreateFolder Numbered(free) : Run = Numbered(free)
  On Error Goto 0
  If Not WriteNote("RUN") Or Not WriteNote("OPEN") Or Not WriteNote(Right(RESULT, 8)) Then Run = "" : Halt "refused", "[[no-run]]" : Exit Sub
  Log = Run & "\LOG.TXT" : Say "[[run folder=" & Run & "]]"
End Sub

Function WriteNote(name)
  WriteNote = False
  If Run <> "" Then WriteNote = WriteFile(Run & "\" & name & ".ID", "x", False)
End Function

Function Noted(name) : Noted = (Run <> "" And Fso.FileExists(Run & "\" & name & ".ID")) : End Function

Sub Forget(name)
  If Run <> "" Then Discard Run & "\" & name & ".ID"
End Sub

' Writes exports for a person. Where none of the keys is there, the run stops as missing says, if it says so.
Sub ExportKeys(number, spellings, missing)
  Dim key, n, text, some : If Skip("apply") Then Exit Sub
  For Each key In Split(spellings, "|")
    n = n + 1 : text = Exported(key)
    If text <> "" Then some = True : If Not WriteFile(Run & "\KEY" & number & "-" & n & ".REG", text, Wide) Then Fail "[[not-saved what=" & key & "]]"
  Next
  If Not Halted And Not some And missing <> "" Then Halt missing, "[[no-key key=" & Upto(spellings, "|") & "]]"
End Sub

' Keeps a target of the registry: its state, and what must be imported to give it back. Both are read back.
Sub Save(n)
  Dim bare : bare = Found(n)
  If Skip("apply") Then Exit Sub
  If bare = "-" Or bare = "+" Then bare = "[" & SpelledIn(Changing(n, bare)) & "]" & vbCrLf ' a key that is made goes only where it is empty
  If Not WriteFile(StateFile(n), Found(n), Wide) Or Not WriteReg(Run & "\T" & n & "R.REG", Difference(Parts(Changing(n, Found(n))), Parts(bare))) Then Fail "[[not-saved what=" & Names(n) & "]]"
  Set Watch(n) = Parts(Found(n))
  If IsObject(Beside(n)) Then Set Rest(n) = Beside(n)
End Sub

' Keeps a target that is a file: its state, and a copy of the file.
Sub SaveFile(n, path)
  If Skip("apply") Then Exit Sub
  If Not WriteFile(StateFile(n), Found(n), Wide) Then Fail "[[not-saved what=" & Names(n) & "]]"
  If Not Halted And Fso.FileExists(path) Then If Not Copied(path, Run & "\T" & n & ".OLD") Then Fail "[[not-saved what=" & Names(n) & "]]"
End Sub

' Keeps the file that is copied, so that undo knows the copy.
Sub SaveSource(n, from)
  If Skip("apply") Then Exit Sub
  If Not Copied(from, Run & "\T" & n & ".NEW") Then Fail "[[not-saved what=" & Names(n) & "]]"
End Sub

Function StateFile(n) : StateFile = Run & "\T" & n & ".TXT" : End Function

' Writes that a target is about to be changed. A state that is no longer the one that was saved is not overwritten.
Sub Note(n)
  If Skip("apply") Then Exit Sub
  If Not Same(StateOf(n), Found(n)) And Not Halted Then Fail "[[changed-now name=" & Names(n) & "]]"
  If Halted Then Exit Sub
  If WriteNote("T" & n) Then Changed = True Else Fail "[[not-noted]]"
End Sub

' Changes.

' Makes of a target of the registry what the plan wants.
Sub Change(n)
  Dim script : If Skip("apply") Then Exit Sub
  script = Difference(Parts(Found(n)), Parts(Changing(n, Found(n))))
  If script <> "" Then ImportNew Run & "\T" & n & "D.REG", script
End Sub

Sub ChangeText(n, path)
  If Skip("apply") Then Exit Sub
  If Changing(n, Found(n)) <> Found(n) Then Rewrite n, path, Mid(Changing(n, Found(n)), 2)
End Sub

' Writes a file with other content, and fails where it is not whole afterwards: the drive may be full.
Sub Rewrite(n, path, content)
  If Not WriteFile(path, content, False) Then Halt "failed", "[[not-set name=" & Names(n) & "]]"
End Sub

Sub ChangeFile(n, path, from)
  If Skip("apply") Then Exit Sub
  On Error Resume Next
  If from <> "" Then Fso.CopyFile from, path, True Else Fso.DeleteFile path, True
  Err.Clear
End Sub

Sub ChangeIni(n, path, section, item)
  If Skip("apply") Then Exit Sub
  If Changing(n, Found(n)) <> Found(n) Then Rewrite n, path, WithIni(Mid(FileState(path), 2), section, item, Changing(n, Found(n)))
End Sub

Sub ChangeAttributes(n, path)
  If Not Skip("apply") Then SetAttributes path, Changing(n, Found(n))
End Sub

Sub MoveValue(n, other)
  Dim head : If Skip("apply") Then Exit Sub
  head = "[" & Spelled(n) & "]" & vbCrLf
  If LineIn(Found(n)) <> "" Then ImportNew Run & "\T" & n & "D.REG", head & ValueName(other) & "=" & DataOf(LineIn(Found(n))) & vbCrLf & ValueName(n) & "=-" & vbCrLf
End Sub

Sub MoveFile(path, fresh)
  If Skip("apply") Then Exit Sub
  On Error Resume Next
  Fso.MoveFile path, fresh : Err.Clear
End Sub

' Undo and rollback.

Sub OpenRun
  If Skip("undo") Then Exit Sub
  Run = LastRun()
  If Run = "" Then Halt "nothing-to-do", "[[no-last-run]]" : Exit Sub
  Log = Run & "\LOG.TXT" : Resumed = Noted("OPEN")
End Sub

' Stops where a target is neither as the run left it nor as it was saved. Of a run that was cut off a part of either is well.
Sub Unchanged(n)
  Dim was, state : If Skip("undo") Or Not Noted("T" & n) Then Exit Sub
  If Not Fso.FileExists(StateFile(n)) Then Halt "refused", "[[not-restored name=" & Names(n) & "]]" : Exit Sub
  was = SavedState(n) : Set Watch(n) = Parts(was) : state = StateOf(n)
  If Halted Or Same(state, was) Or Same(state, Changing(n, was)) Then Exit Sub
  If Not Resumed Or Not (Among(state, was) Or Among(state, Changing(n, was))) Then Halt "refused", "[[changed-by name=" & Names(n) & "]]"
End Sub

Sub Reopen
  If Skip("undo") Then Exit Sub
  If WriteNote("OPEN") Then Changed = True Else Halt "refused", "[[not-noted]]"
End Sub

Sub Restore(n)
  If Not Noted("T" & n) Or Skip("undo") Then Exit Sub
  If Not IsBack(n) And Not Halted Then Import Run & "\T" & n & "R.REG"
  JudgeRestored n
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

' Gives an entry of an ini file back, and the whole file where nothing else of it was changed.
Sub RestoreIni(n, path, section, item)
  Dim old, text : If Skip("undo") Or Not Noted("T" & n) Then Exit Sub
  old = ReadFile(Run & "\T" & n & ".OLD", False) : text = Mid(FileState(path), 2)
  If WithIni(old, section, item, Changing(n, SavedState(n))) = text Then
    CopyBack n, path
  ElseIf Not IsBack(n) And Not Halted Then
    WriteFile path, WithIni(text, section, item, SavedState(n)), False
  End If
  JudgeRestored n
End Sub

Sub RestoreAttributes(n, path)
  If Skip("undo") Or Not Noted("T" & n) Then Exit Sub
  If Not IsBack(n) And Not Halted Then SetAttributes path, SavedState(n)
  JudgeRestored n
End Sub

' Takes a key away that a run made, where it is still empty.
Sub Unmake(n)
  Dim key, text : key = Upto(Keys(n), "|")
  If Skip("undo") Or Not Noted("T" & n) Then Exit Sub
  If SavedState(n) <> "+" Then Exit Sub
  text = Exported(key)
  If text <> "" And Difference(Parts("[" & key & "]"), Parts(text)) = "" Then ImportNew Run & "\T" & n & "K.REG", "[-" & key & "]" & vbCrLf
End Sub

Function IsBack(n)
  Dim state, was : was = SavedState(n)
  Set Watch(n) = Parts(was) : state = StateOf(n)
  IsBack = Same(state, was) Or (was = "+" And state = "[" & SpelledIn(state) & "]" & vbCrLf) ' only the key that was made
End Function

Sub JudgeRestored(n)
  Dim back
  If Not Halted Then back = IsBack(n)
  If back And Not Halted Then Say "[[restored name=" & Names(n) & "]]"
  If Not back And Not Halted Then Halt "failed", "[[not-restored name=" & Names(n) & "]]"
End Sub

' Takes back what an apply changed that failed, the last change first.
Sub PutBack
  Dim n : If Mode <> "apply" Or Status <> "failed" Or Not Changed Then Exit Sub
  Halted = False : Doing = "undo" : Torn = True
  Back
  If Halted Then Status = "failed" : Say "[[not-rolled-back undo=/undo]]" : Exit Sub
  For n = 1 To 99
    Forget "T" & n
  Next
  Torn = False : Changed = False
  Halt "rolled-back", "[[rolled-back]]"
End Sub

' Closes the run, but for one that is torn. What is not noted was not changed.
Sub CloseRun
  If Run = "" Or Torn Or (Mode = "undo" And Status <> "ok") Then Exit Sub
  If Mode = "undo" Then If WriteNote("UNDONE") Then Say "[[undone]]" Else Halt "failed", "[[not-closed]]" : Exit Sub
  If Mode = "apply" And Not Changed And Not Ran Then Forget Right(RESULT, 8)
  Forget "OPEN"
End Sub

' Services and programs.

' 4 where a service runs, 1 where it does not, 0 where nobody can say: Windows NT 4.0 has no WMI.
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

' Tells a service to stop or start. Returns 0 where that is done, the number of the message where it is so already, else -1.
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
  If Not WriteNote("S-" & key) Then Fail "[[not-noted]]" : Exit Sub
  For turn = 1 To 10
    If turn > 1 Then Pause
    If turn = 1 Or state = 0 Then answer = Net("stop", key)
    state = ServiceState(key)
    If turn = 1 And state = 0 And answer = 3521 Then Forget "S-" & key : Exit Sub ' it did not run
    If state = 1 Or (state = 0 And (answer = 0 Or answer = 3521)) Then Say "[[stopped service=" & key & "]]" : Exit Sub
  Next
  Late = key
  If Doing = "undo" Then Halt "refused", "[[undo-stuck service=" & key & "]]" Else Fail "[[stuck service=" & key & "]]"
End Sub

Sub Pause : Launch Windows & "\System32\ping.exe -n 2 127.0.0.1", 0 : End Sub

' Starts the services that are noted as stopped, whatever has happened. One that was asked to stop and has not stopped may stop yet.
Sub StartServices(services)
  Dim key, turn, answer, state : If Skip("apply undo") Then Exit Sub
  For Each key In services
    For turn = 1 To 10
      If Late = key Then If ServiceState(key) = 4 Then Pause
    Next
    state = 4 : answer = 0
    If Noted("S-" & key) Then state = ServiceState(key)
    If state <> 4 Then answer = Net("start", key) : state = ServiceState(key)
    If state = 4 And Late = key Then Say "[[still service=" & key & "]]" : Late = ""
    If state = 4 Or (state = 0 And answer <> -1) Then Forget "S-" & key Else Down = key
  Next
End Sub

' Starts at the end of a run what is still stopped.
Sub StartLeft(services)
  Down = "" : Halted = False : Doing = Mode
  StartServices services
  If Down <> "" Then Torn = True : Halt "failed", "[[down service=" & Down & "]]"
End Sub

Sub EndProcess(image)
  Dim tool, answer : If Skip("apply") Then Exit Sub
  tool = Windows & "\System32\taskkill.exe" : answer = -1
  If Fso.FileExists(tool) Then answer = Launch(tool & " /f /im " & image, 0)
  If answer = 0 Then Say "[[ended image=" & image & "]]"
  If answer = 128 Then Say "[[not-running image=" & image & "]]"
  If answer <> 0 And answer <> 128 Then Say "[[no-tool image=" & image & "]]"
End Sub

' Runs a program from the folder that is given. A batch file looks for its companions in the current folder: cmd is sent there, and
' COMMAND.COM by a batch file.
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
    Fail "[[not-noted]]"
  End If
End Sub

' Runs a program of Windows, by its full path.
Sub RunTool(number, path, arguments, waits)
  Dim there : there = Fso.FileExists(Replace(Shell.ExpandEnvironmentStrings(path), Chr(0), ""))
  If Skip("apply") Then Exit Sub
  If there Then RunLine number, path, Trim("""" & path & """ " & arguments), waits Else Fail "[[no-start program=" & path & "]]"
End Sub

' Runs a noted command with the arguments that undo it.
Sub Reverse(number, path, arguments)
  If Skip("undo") Or Not Noted("R" & number) Then Exit Sub
  Say "[[exit program=" & path & " code=" & Launch(Trim("""" & path & """ " & arguments), 1) & "]]"
  If Mode = "apply" Then Forget "R" & number
End Sub

Sub RunLine(number, name, line, waits)
  Dim answer
  If Not WriteNote("R" & number) Then Fail "[[not-noted]]" : Exit Sub
  answer = Launch(line, 1)
  If answer = -1 Then Forget "R" & number : Fail "[[no-start program=" & name & "]]" : Exit Sub
  Ran = True : Changed = True : Code = answer
  Say "[[exit program=" & name & " code=" & Code & "]]"
  If waits Then Later = True
  If Not waits And Code <> 0 Then Halt "failed", "[[command-fails program=" & name & " code=" & Code & "]]"
End Sub

' Facts for the next report.

Sub CollectWindows
  Dim version, pair : On Error Resume Next
  If Platform() = "nt" Then version = "nt " & Shell.RegRead("HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\CurrentVersion")
  If Platform() = "9x" Then version = "9x " & Shell.RegRead("HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\VersionNumber")
  On Error Goto 0
  For Each pair In Array("nt 3.5=nt351", "nt 4.0=nt4", "nt 5.0=win2000", "nt 5.1=xp", "9x 4.00=win95", "9x 4.10=win98", "9x 4.90=winme")
    If InStr(version, Upto(pair, "=")) = 1 Then Say "client_os" & Mid(pair, InStr(pair, "="))
  Next
End Sub

' The sites that a key names as subkeys or in lists. Nothing else of it is printed.
Sub CollectSites(key)
  Dim all, item, element : Set all = Parts(Exported(key))
  For Each item In all.Keys
    If InStr(item, vbTab) = 0 And Len(item) > Len(key) And InStr(Len(key) + 2, item, "\") = 0 Then Say "client_sites=" & Mid(item, Len(key) + 2)
    For Each element In Split(Elements(DataOf(all(item))), "|")
      If element <> "" And InStr(1, item, key & vbTab, 1) = 1 Then Say "client_sites=" & TextOf(element)
    Next
  Next
End Sub

' The text of bytes that each have a comma behind them.
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
