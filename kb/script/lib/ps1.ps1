# The routines of the PowerShell scripts of Fixdesk, from PowerShell 2.0 to 7. A script holds those that its plan calls. They keep to a
# small part of the language: functions, if, foreach, while, try, hash tables, strings in single quotes. Three rules hold throughout.
# What can fail is asked by a method and not by a property (get_Status), since PowerShell hides the errors of properties. Files are
# written by .NET and not by cmdlets, which would ask for -Confirm at every line of the log. Names and data are compared by
# [string]::Equals, since -eq passes over characters that it takes for nothing.

# Carries out the plan on this computer, whose name is empty here, or on others. The exit code is that of the worst result.
function Invoke-Fixdesk($computers) {
  $acts = ($Apply -or $Undo) -and -not $WhatIfPreference
  $mode = 'show'
  if ($Apply -and $acts) { $mode = 'apply' }
  if ($Verify) { $mode = 'verify' }
  if ($Undo) { $mode = 'undo' }
  $ranks = @('ok', 'started', 'nothing-to-do', 'refused', 'rolled-back', 'failed')
  $codes = @{ 'ok' = 10; 'nothing-to-do' = 11; 'refused' = 12; 'failed' = 13; 'rolled-back' = 14; 'started' = 15 }
  $worst = 0
  foreach ($computer in $computers) {
    $run = @{ Name = $computer; Root = $env:SystemRoot; Prefix = ''; Tail = ''; Status = 'ok'; Step = $firstStep; Code = ''; Folder = '' }
    $run += @{ Target = @{}; Hives = @{}; Trace = $false; Noted = $false; Started = $false; Torn = $false; Log = ''; Finish = '' }
    if ($computer -ne '') {
      $run.Root = '\\' + $computer + '\admin$'
      $run.Prefix = $computer + ': '
      $run.Tail = ' computer=' + $computer
    }
    $run.Hold = $run.Root + '\FIXDESK'
    Invoke-Run
    $worst = [Math]::Max($worst, [Array]::IndexOf($ranks, $run.Status))
  }
  exit $codes[$ranks[$worst]]
}

# Carries out the sections of the plan that belong to the mode. A routine that ends the run throws, and what follows is passed over.
# A run that is stopped by Ctrl+C is cut: its services are started, and it stays open.
function Invoke-Run {
  $run.Cut = $true
  $run.Halted = $false
  try {
    try {
      if ($run.Name -match '[^A-Za-z0-9._-]') { throw 'This is no name of a computer.' }
      Set-Targets
      Invoke-Begin
      if ($mode -eq 'undo') {
        Invoke-Guards
        Invoke-Back
      } elseif ($mode -eq 'verify') {
        Invoke-Looks
      } else {
        Invoke-Steps
        Invoke-Looks
      }
    } catch {
      Set-Error $_
    }
    $run.Cut = $false
  } finally {
    if ($run.Finish -ne '') { & $run.Finish }
  }
  if ($run.Started -and ($run.Status -eq 'ok')) { $run.Status = 'started' }
  if ($WhatIfPreference) { Write-Line '[[whatif]]' }
  $said = $mode
  if (($mode -eq 'undo') -and -not $acts) { $said = 'show' }
  Write-Host ($result + ' mode=' + $said + ' status=' + $run.Status + ' step=' + $run.Step + $run.Code + $run.Tail)
}

# Prints a line, and adds it to the log of the run where there is one.
function Write-Line($text) {
  Write-Host ($run.Prefix + $text)
  if ($run.Log -ne '') { & $run.Log $text }
}

function Write-Step($number, $effect, $text) {
  $run.Step = $number
  Write-Line ('step ' + $number + ' ' + $effect + ': ' + $text)
}

# Says in a run that only shows how the change is made.
function Write-Hint {
  if ($mode -eq 'show') { Write-Line '[[nothing-was-changed apply=-Apply]]' }
}

# Ends the run.
function Stop-Run($status, $why) {
  $run.Status = $status
  $run.Halted = $true
  Write-Line $why
  throw $why
}

# Ends the run as failed where something is noted, else as refused, since nothing was changed then.
function Stop-Failed($why) {
  if ($run.Noted) { Stop-Run 'failed' $why }
  Stop-Run 'refused' $why
}

# Ends the run after an error that no routine has foreseen: what cannot be looked at is refused.
function Set-Error($caught) {
  if ($run.Halted) { return }
  $run.Status = 'refused'
  if ($run.Noted) { $run.Status = 'failed' }
  Write-Line ('[[host-error error=' + $caught.Exception.Message + ' undo=-Undo]]')
}

function Stop-If($condition, $status, $why) {
  if ($condition) { Stop-Run $status $why }
}

# The same for a condition that only a run that verifies looks at.
function Stop-Later($condition, $status, $why) {
  if ($mode -eq 'verify') { Stop-If $condition $status $why }
}

# Whether a change may be made: not in a run that only shows, where -WhatIf prints it, and not against -Confirm.
function Test-Change($what, $action) {
  if (-not $acts -and -not $WhatIfPreference) { return $false }
  if ($PSCmdlet.ShouldProcess($run.Prefix + $what, $action)) { return $true }
  if ($acts) { Stop-Failed ('[[declined what=' + $what + ']]') }
  return $false
}

# The number of an error, whatever the language of Windows: of the innermost one, which .NET has wrapped.
function Get-ErrorNumber($exception) {
  $inner = $exception.GetBaseException()
  if ($inner -is [ComponentModel.Win32Exception]) { return $inner.NativeErrorCode }
  return ([Runtime.InteropServices.Marshal]::GetHRForException($inner) -band 65535)
}

# Whether a file or a folder is there. Only the errors 2 and 3 say that it is not.
function Test-There($path) {
  try {
    [void][IO.File]::GetAttributes($path)
  } catch {
    if (@(2, 3) -contains (Get-ErrorNumber $_.Exception)) { return $false }
    throw
  }
  return $true
}

# Whether a name is one of these. Windows does not regard the case of names.
function Test-In($names, $name) {
  foreach ($one in $names) {
    if ([string]::Equals($one, $name, [StringComparison]::OrdinalIgnoreCase)) { return $true }
  }
  return $false
}

# A text as one word of plain letters, so that no name and no data can be taken for anything else.
function ConvertTo-Word($text) {
  $word = [Convert]::ToBase64String([Text.Encoding]::Unicode.GetBytes($text))
  if (-not [string]::Equals((ConvertFrom-Word $word), $text)) { throw ('This text cannot be saved: ' + $text) }
  return $word
}

function ConvertFrom-Word($word) {
  return [Text.Encoding]::Unicode.GetString([Convert]::FromBase64String($word))
}

# Whether two states have the same lines, in whatever order.
function Test-Same($some, $others) {
  $left = [string[]]@($some)
  $right = [string[]]@($others)
  [Array]::Sort($left, [StringComparer]::Ordinal)
  [Array]::Sort($right, [StringComparer]::Ordinal)
  return [string]::Equals(($left -join '|'), ($right -join '|'))
}

# THE REGISTRY

# Opens a hive in the view that the plan names, where the computer has two. PowerShell 2.0 reaches no view but its own.
function Open-Hive($name) {
  if ($null -ne $run.Hives[$name]) { return $run.Hives[$name] }
  $kinds = @{ 'HKEY_LOCAL_MACHINE' = 'LocalMachine'; 'HKEY_USERS' = 'Users'; 'HKEY_CURRENT_USER' = 'CurrentUser'; 'HKEY_CLASSES_ROOT' = 'ClassesRoot' }
  $bits = ''
  if ($view -ne '') {
    $key = (Open-View 'LocalMachine' '').OpenSubKey('SYSTEM\CurrentControlSet\Control\Session Manager\Environment')
    if ([string]$key.GetValue('PROCESSOR_ARCHITECTURE') -ne 'x86') { $bits = $view }
  }
  $run.Hives[$name] = Open-View $kinds[$name] $bits
  return $run.Hives[$name]
}

function Open-View($kind, $bits) {
  $hive = [Microsoft.Win32.RegistryHive]$kind
  $own = ($bits -eq '') -or (($run.Name -eq '') -and ($bits -eq [string](8 * [IntPtr]::Size)))
  if (-not $own -and ([Environment]::Version.Major -lt 3)) { Stop-Run 'refused' '[[other-view]]' }
  if ($own -and ($run.Name -ne '')) { return [Microsoft.Win32.RegistryKey]::OpenRemoteBaseKey($hive, $run.Name) }
  if ($own) { return [Microsoft.Win32.Registry]::$kind }
  $other = [Microsoft.Win32.RegistryView]('Registry' + $bits)
  if ($run.Name -ne '') { return [Microsoft.Win32.RegistryKey]::OpenRemoteBaseKey($hive, $run.Name, $other) }
  return [Microsoft.Win32.RegistryKey]::OpenBaseKey($hive, $other)
}

# Opens a key, or gives nothing where it is not there. OpenSubKey gives nothing for most errors too, so the key above is asked for
# its names: a key that cannot be looked at is an error.
function Open-Key($path, $write) {
  $at = $path.IndexOf('\')
  if ($at -lt 0) { return (Open-Hive $path) }
  $hive = Open-Hive $path.Substring(0, $at)
  $key = $hive.OpenSubKey($path.Substring($at + 1), $write)
  if ($null -ne $key) { return $key }
  $at = $path.LastIndexOf('\')
  $above = Open-Key $path.Substring(0, $at) $false
  if (($null -ne $above) -and (Test-In $above.GetSubKeyNames() $path.Substring($at + 1))) { throw ($path + ' cannot be opened.') }
  return $null
}

function Test-Key($path) {
  return ($null -ne (Open-Key $path $false))
}

# The spelling of a key that is there, the likelier first.
function Get-Spelling($paths) {
  foreach ($path in $paths) {
    if (Test-Key $path) { return $path }
  }
  return ''
}

# A value as a line: value, the key below the target, the name, the type, the data. Data that this script could not write again as
# it is cannot be looked at.
function Read-Value($key, $below, $name) {
  $data = $key.GetValue($name, $null, 'DoNotExpandEnvironmentNames')
  $kind = [string]$key.GetValueKind($name)
  $text = $null
  if ((@('String', 'ExpandString') -contains $kind) -and ($data -is [string])) { $text = ConvertTo-Word $data }
  if (($kind -eq 'DWord') -and ($data -is [int])) { $text = '{0:x8}' -f $data }
  if (($kind -eq 'QWord') -and ($data -is [long])) { $text = '{0:x16}' -f $data }
  if ((@('Binary', 'None') -contains $kind) -and ($data -is [byte[]])) { $text = [BitConverter]::ToString($data).Replace('-', '').ToLower() }
  if (($kind -eq 'MultiString') -and ($data -is [string[]])) { $text = Join-List $data }
  if ($null -eq $text) { throw ('The value ' + $name + ' has a type that cannot be saved.') }
  return ('value ' + (ConvertTo-Word $below) + ' ' + (ConvertTo-Word $name) + ' ' + $kind + ' ' + $text)
}

# The elements of a list as one word, and back.
function Join-List($list) {
  $text = ''
  foreach ($element in $list) { $text = $text + (ConvertTo-Word $element) + ',' }
  return $text
}

function Split-List($text) {
  if ($text -eq '') { return }
  foreach ($word in $text.Substring(0, $text.Length - 1).Split(',')) { ConvertFrom-Word $word }
}

# A key with all that is below it, one line each; nothing where it is not there.
function Read-Tree($path, $below) {
  $key = Open-Key $path $false
  if ($null -eq $key) { return }
  'key ' + (ConvertTo-Word $below)
  foreach ($name in $key.GetValueNames()) { Read-Value $key $below $name }
  foreach ($name in $key.GetSubKeyNames()) { Read-Tree ($path + '\' + $name) ($below + '\' + $name).TrimStart('\') }
}

# Writes a value as its line says.
function Write-Value($key, $name, $kind, $text) {
  $data = $text
  if (@('String', 'ExpandString') -contains $kind) { $data = [string](ConvertFrom-Word $text) }
  if ($kind -eq 'DWord') { $data = [Convert]::ToInt32($text, 16) }
  if ($kind -eq 'QWord') { $data = [Convert]::ToInt64($text, 16) }
  if (@('Binary', 'None') -contains $kind) { $data = [byte[]]@(Split-Bytes $text) }
  if ($kind -eq 'MultiString') { $data = [string[]]@(Split-List $text) }
  $key.SetValue($name, $data, [Microsoft.Win32.RegistryValueKind]$kind)
}

function Split-Bytes($text) {
  $at = 0
  while ($at -lt $text.Length) {
    [Convert]::ToByte($text.Substring($at, 2), 16)
    $at = $at + 2
  }
}

# What a line is about: a key, or a value by its name.
function Get-Place($line) {
  $part = $line.Split(' ')
  if ($part[0] -eq 'key') { return $line }
  return ('value ' + $part[1] + ' ' + $part[2])
}

# Makes of the lines that are there now the lines that are wanted, and touches nothing else. A key that has got another subkey in
# the meantime cannot be deleted.
function Set-Registry($target, $state, $now, $lines) {
  $base = $state.Key
  if ($base -eq '') { $base = $target.Paths[0] }
  $places = @()
  foreach ($line in $lines) { $places += Get-Place $line }
  $all = @($now)
  [Array]::Reverse($all)
  foreach ($line in $all) {
    if ($places -cnotcontains (Get-Place $line)) { Remove-Line $base $line.Split(' ') }
  }
  foreach ($line in $lines) {
    if ($now -cnotcontains $line) { Add-Line $base $line.Split(' ') }
  }
}

function Remove-Line($base, $part) {
  $path = Join-Key $base $part[1]
  if ($part[0] -eq 'value') {
    $key = Open-Key $path $true
    $key.DeleteValue((ConvertFrom-Word $part[2]))
  } else {
    $at = $path.LastIndexOf('\')
    $key = Open-Key $path.Substring(0, $at) $true
    $key.DeleteSubKey($path.Substring($at + 1))
  }
}

function Add-Line($base, $part) {
  $path = Join-Key $base $part[1]
  $at = $path.IndexOf('\')
  $hive = Open-Hive $path.Substring(0, $at)
  $key = $hive.CreateSubKey($path.Substring($at + 1))
  if ($part[0] -eq 'value') { Write-Value $key (ConvertFrom-Word $part[2]) $part[3] $part[4] }
}

function Join-Key($base, $word) {
  if ($word -eq '') { return $base }
  return ($base + '\' + (ConvertFrom-Word $word))
}

# A list line without an element, or with it at its end.
function Edit-List($line, $element, $add) {
  $part = $line.Split(' ')
  $list = @()
  foreach ($one in @(Split-List $part[4])) {
    if (-not (Test-In @($one) $element)) { $list += $one }
  }
  if ($add) { $list += $element }
  $part[4] = Join-List $list
  return ($part -join ' ')
}

# What stands beside some names under a key: the names of the subkeys, and the values with their data.
function Get-Rest($path, $names) {
  $key = Open-Key $path $false
  foreach ($name in $key.GetSubKeyNames()) {
    if (-not (Test-In $names $name)) { 'key ' + (ConvertTo-Word $name) }
  }
  foreach ($name in $key.GetValueNames()) {
    if (-not (Test-In $names $name)) {
      $line = Read-Value $key '' $name
      if ($line.Split(' ')[3] -eq 'MultiString') {
        foreach ($one in $names) { $line = Edit-List $line $one $false }
      }
      $line
    }
  }
}

# Tries to write under the key of a target.
function Assert-KeyRights($target) {
  $path = Get-Spelling $target.Paths
  if ($path -eq '') { return }
  if (-not (Test-Change $path 'Write and delete the marker value FixdeskRights')) { return }
  $written = $false
  $deleted = $false
  try {
    $key = Open-Key $path $true
    $key.SetValue('FixdeskRights', 'x')
    $written = Test-In $key.GetValueNames() 'FixdeskRights'
    $key.DeleteValue('FixdeskRights')
    $deleted = -not (Test-In $key.GetValueNames() 'FixdeskRights')
  } catch {
    $deleted = $false
  }
  if (-not $written -or -not $deleted) { Stop-Run 'refused' ('[[no-rights what=' + $path + ']]') }
}

# TARGETS. A target has four routines: Look gives its state, After the lines that a change leaves of some lines, Put makes of the
# lines that are there those that are wanted, and Rights tries to write.

function New-State($key) {
  return @{ Key = $key; Note = ''; Parent = $key; Leaf = ''; Lines = @(); Forms = @(); Odd = $false; Text = '' }
}

function New-Target($name, $look, $after, $put, $rights) {
  return @{ Name = $name; Look = $look; After = $after; Put = $put; Rights = $rights; State = $null; Paths = @(); Within = ''; Like = 0; Make = ''; Self = $false; Beside = @() }
}

# An entry of a key: a subkey, a value or an element of lists, whatever has the name.
function New-Entry($name, $paths) {
  $target = New-Target $name 'Get-Entry' 'Get-EntryAfter' 'Set-Registry' 'Assert-KeyRights'
  $target.Paths = $paths
  return $target
}

# The lists that places name count too, though the name is no longer in them.
function Get-Entry($target, $places) {
  $state = New-State (Get-Spelling $target.Paths)
  if ($state.Key -eq '') { return $state }
  $state.Leaf = $target.Name
  $state.Lines = @(Read-Tree ($state.Key + '\' + $target.Name) $target.Name)
  if ($state.Lines.Count -gt 0) { $state.Forms += 'subkey' }
  $key = Open-Key $state.Key $false
  foreach ($name in $key.GetValueNames()) {
    $data = $key.GetValue($name, $null, 'DoNotExpandEnvironmentNames')
    $form = ''
    if (($data -is [string[]]) -and (Test-In $data $target.Name)) { $form = 'list element' }
    if (Test-In @($name) $target.Name) { $form = 'value' }
    if (($form -ne '') -and ($state.Forms -notcontains $form)) { $state.Forms += $form }
    if (($form -ne '') -or ($places -ccontains ('value  ' + (ConvertTo-Word $name)))) {
      $state.Lines += Read-Value $key '' $name
    } elseif (($name -ne '') -and ($data -is [string]) -and (Test-In $data.Split([char[]]',; ') $target.Name)) {
      $state.Odd = $true
    }
  }
  return $state
}

function Get-EntryAfter($target, $lines) {
  foreach ($line in $lines) {
    $part = $line.Split(' ')
    if (($part[0] -eq 'value') -and ($part[1] -eq '') -and -not (Test-In @(ConvertFrom-Word $part[2]) $target.Name)) {
      Edit-List $line $target.Name $false
    }
  }
}

# A key with everything below it, which is taken away.
function New-Key($paths) {
  $target = New-Target $paths[0] 'Get-Key' 'Get-Nothing' 'Set-Registry' 'Assert-KeyRights'
  $target.Self = $true
  $target.Paths = $paths
  return $target
}

function Get-Key($target) {
  $state = New-State (Get-Spelling $target.Paths)
  if ($state.Key -eq '') { return $state }
  $at = $state.Key.LastIndexOf('\')
  $state.Parent = $state.Key.Substring(0, $at)
  $state.Leaf = $state.Key.Substring($at + 1)
  $state.Lines = @(Read-Tree $state.Key '')
  return $state
}

function Get-Nothing {
  return
}

# A value of a key. Without a type it is taken away.
function New-Value($name, $paths, $type, $data) {
  $target = New-Target $name 'Get-Value' 'Get-ValueAfter' 'Set-Registry' 'Assert-KeyRights'
  $target.Paths = $paths
  $target.Type = $type
  $target.Data = $data
  if (@('String', 'ExpandString') -contains $type) { $target.Data = ConvertTo-Word $data }
  if ($type -eq 'MultiString') { $target.Data = Join-List $data }
  return $target
}

function Get-Value($target) {
  $state = New-State (Get-Spelling $target.Paths)
  if (($state.Key -eq '') -and ($target.Make -ne '')) { $state.Note = ConvertTo-Word (Get-Above $target.Paths[0]) }
  if ($state.Key -eq '') { return $state }
  $key = Open-Key $state.Key $false
  foreach ($name in $key.GetValueNames()) {
    if (Test-In @($name) $target.Name) {
      $state.Lines = @(Read-Value $key '' $name)
      $state.Text = [string]$key.GetValue($name, $null, 'DoNotExpandEnvironmentNames')
      $state.Odd = ($target.Type -ne '') -and ($target.Type -ne $state.Lines[0].Split(' ')[3])
    }
  }
  return $state
}

function Get-ValueAfter($target, $lines) {
  $name = ConvertTo-Word $target.Name
  if ($target.Like -gt 0) {
    foreach ($line in @(Get-Before $target.Like)) {
      $part = $line.Split(' ')
      $part[2] = $name
      $part -join ' '
    }
  } elseif ($target.Type -ne '') {
    foreach ($line in $lines) { $name = $line.Split(' ')[2] }
    'value  ' + $name + ' ' + $target.Type + ' ' + $target.Data
  }
}

# An element of a list, which is added at the end or taken away.
function New-Element($element, $name, $paths, $add) {
  $target = New-Target $name 'Get-Value' 'Get-ElementAfter' 'Set-Registry' 'Assert-KeyRights'
  $target.Paths = $paths
  $target.Type = 'MultiString'
  $target.Element = $element
  $target.Adds = $add
  return $target
}

function Get-ElementAfter($target, $lines) {
  foreach ($line in $lines) {
    $part = $line.Split(' ')
    $there = Test-In @(Split-List $part[4]) $target.Element
    if ($there -eq $target.Adds) { return $line }
    return (Edit-List $line $target.Element $target.Adds)
  }
  if ($target.Adds) { 'value  ' + (ConvertTo-Word $target.Name) + ' MultiString ' + (Join-List @($target.Element)) }
}

# Lets the key of a target be made where it is missing.
function Set-Make($number) {
  $run.Target[$number].Make = 'Remove-Made'
}

# The deepest key above a key that is missing.
function Get-Above($path) {
  while (-not (Test-Key $path)) { $path = $path.Substring(0, $path.LastIndexOf('\')) }
  return $path
}

# Takes away the keys that a run made, as long as nothing is in them.
function Remove-Made($target, $saved) {
  $path = $target.Paths[0]
  $above = ConvertFrom-Word $saved.Note
  while ($path.Length -gt $above.Length) {
    $at = $path.LastIndexOf('\')
    $key = Open-Key $path $false
    if ($null -ne $key) {
      if (($key.GetValueNames().Length -gt 0) -or ($key.GetSubKeyNames().Length -gt 0)) { return }
      (Open-Key $path.Substring(0, $at) $true).DeleteSubKey($path.Substring($at + 1))
    }
    $path = $path.Substring(0, $at)
  }
}

# Says that a target takes the name of another one: it will be as that was.
function Set-Like($number, $from) {
  $run.Target[$number].Like = $from
}

# The lines of a target before the run.
function Get-Before($number) {
  if (($run.Folder -ne '') -and (Test-There ($run.Folder + '\T' + $number + '.TXT'))) { return (Get-Saved $number).Lines }
  if ($null -ne $run.Target[$number].State) { return $run.Target[$number].State.Lines }
}

# FILES

# Where a named folder is on the computer. A 32-bit PowerShell reaches the System32 of 64-bit Windows as Sysnative.
function Get-Folder($within) {
  if ($within -eq 'given') { return $Folder }
  if ($within -eq 'windows') { return $run.Root }
  if ($within -eq 'system') {
    if (($run.Name -eq '') -and ($null -ne $env:PROCESSOR_ARCHITEW6432)) { return ($run.Root + '\Sysnative') }
    return ($run.Root + '\System32')
  }
  if ($run.Name -eq '') {
    if ($null -ne $env:ProgramW6432) { return $env:ProgramW6432 }
    return $env:ProgramFiles
  }
  $key = Open-Key 'HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows\CurrentVersion' $false
  return ('\\' + $run.Name + '\' + ([string]$key.GetValue('ProgramFilesDir')).Replace(':', '$'))
}

function New-FileTarget($within, $name, $look, $after, $put) {
  $target = New-Target $name $look $after $put 'Assert-FileRights'
  $target.Within = $within
  $target.Path = (Get-Folder $within) + '\' + $name
  return $target
}

# Tries to write beside a file.
function Assert-FileRights($target) {
  $path = $target.Path.Substring(0, $target.Path.LastIndexOf('\')) + '\FixdeskRights'
  if (-not (Test-Change $path 'Write and delete a marker file')) { return }
  $written = $false
  try {
    [IO.File]::WriteAllText($path, 'x')
    $written = Test-There $path
    [IO.File]::Delete($path)
  } catch {
    $written = $false
  }
  if (-not $written -or (Test-There $path)) { Stop-Run 'refused' ('[[no-rights what=' + $target.Path + ']]') }
}

# The text of a file, a character for a byte, so that what is not changed stays as it is, byte by byte.
function Read-Text($path) {
  return [Text.Encoding]::GetEncoding(28591).GetString([IO.File]::ReadAllBytes($path))
}

# Writes a file that may be read-only, and keeps its attributes.
function Write-Bytes($path, $bytes) {
  $attributes = [IO.FileAttributes]'Archive'
  if (Test-There $path) {
    $attributes = [IO.File]::GetAttributes($path)
    [IO.File]::SetAttributes($path, 'Normal')
  }
  [IO.File]::WriteAllBytes($path, $bytes)
  [IO.File]::SetAttributes($path, $attributes)
}

function Write-Text($path, $text) {
  Write-Bytes $path ([Text.Encoding]::GetEncoding(28591).GetBytes($text))
}

function Remove-File($path) {
  [IO.File]::SetAttributes($path, 'Normal')
  [IO.File]::Delete($path)
}

# A file, which becomes as another one is. Without another one it is taken away.
function New-File($within, $name, $fromWithin, $from) {
  $target = New-FileTarget $within $name 'Get-File' 'Get-FileAfter' 'Set-File'
  $target.From = ''
  if ($from -ne '') { $target.From = (Get-Folder $fromWithin) + '\' + $from }
  return $target
}

function Get-File($target) {
  $state = New-State $target.Path
  if (Test-There $target.Path) {
    $state.Note = [string][int][IO.File]::GetAttributes($target.Path)
    $state.Lines = @('file ' + [Convert]::ToBase64String([IO.File]::ReadAllBytes($target.Path)))
  }
  return $state
}

function Get-FileAfter($target, $lines) {
  if ($target.Like -gt 0) { return (Get-Before $target.Like) }
  if ($target.From -eq '') { return }
  return ('file ' + [Convert]::ToBase64String([IO.File]::ReadAllBytes($target.From)))
}

function Set-File($target, $state, $now, $lines) {
  if (@($lines).Count -eq 0) {
    Remove-File $target.Path
    return
  }
  foreach ($line in $lines) { Write-Bytes $target.Path ([Convert]::FromBase64String($line.Split(' ')[1])) }
  if ((Test-Same $state.Lines $lines) -and ($state.Note -ne '')) { [IO.File]::SetAttributes($target.Path, [IO.FileAttributes][int]$state.Note) }
}

# The attributes of a file: signed letters, as +r-h. A line holds these four, as 39 masks them; a file with no attribute at all has 128.
function New-Attributes($within, $name, $letters) {
  $target = New-FileTarget $within $name 'Get-Attributes' 'Get-AttributesAfter' 'Set-Attributes'
  $target.Letters = $letters
  return $target
}

function Get-Attributes($target) {
  $state = New-State $target.Path
  $state.Odd = -not (Test-There $target.Path)
  if (-not $state.Odd) { $state.Lines = @('attributes ' + ([int][IO.File]::GetAttributes($target.Path) -band 39)) }
  return $state
}

function Get-AttributesAfter($target, $lines) {
  $bits = @{ 'r' = 1; 'h' = 2; 's' = 4; 'a' = 32 }
  foreach ($line in $lines) {
    $number = [int]$line.Split(' ')[1]
    $sign = '+'
    foreach ($letter in $target.Letters.ToCharArray()) {
      $letter = [string]$letter
      if ($null -eq $bits[$letter]) {
        $sign = $letter
      } else {
        $number = $number -bor $bits[$letter]
        if ($sign -eq '-') { $number = $number - $bits[$letter] }
      }
    }
    'attributes ' + $number
  }
}

function Set-Attributes($target, $state, $now, $lines) {
  foreach ($line in $lines) {
    $number = ([int][IO.File]::GetAttributes($target.Path) -band -bnot 167) -bor [int]$line.Split(' ')[1]
    if ($number -eq 0) { $number = 128 }
    [IO.File]::SetAttributes($target.Path, [IO.FileAttributes]$number)
  }
}

# A line of a text file: before the first one where the file has a label, in the place of another one, or at the end.
function New-Line($within, $name, $first, $label, $old, $new) {
  $target = New-FileTarget $within $name 'Get-Line' 'Get-LineAfter' 'Set-File'
  $target.First = $first
  $target.Label = $label
  $target.Old = $old
  $target.New = $new
  return $target
}

# A file in Unicode is odd, since the lines are plain ones.
function Get-Line($target) {
  $state = Get-File $target
  $state.Odd = ($state.Lines.Count -eq 0)
  if (-not $state.Odd) {
    $text = Read-Text $target.Path
    $state.Odd = (Test-Unicode $text) -or ($null -eq (Edit-Text $target $text))
  }
  return $state
}

function Test-Unicode($text) {
  foreach ($mark in @(254, 255, 239)) {
    if ($text.IndexOf([char]$mark) -eq 0) { return $true }
  }
  return $false
}

function Get-LineAfter($target, $lines) {
  foreach ($line in $lines) {
    $encoding = [Text.Encoding]::GetEncoding(28591)
    $text = Edit-Text $target $encoding.GetString([Convert]::FromBase64String($line.Split(' ')[1]))
    if ($null -ne $text) { return ('file ' + [Convert]::ToBase64String($encoding.GetBytes($text))) }
  }
  return 'none'
}

# The text with its line; the same text where it has it; nothing where it cannot have it.
function Edit-Text($target, $text) {
  $all = $text.Split([char]10)
  $feed = [string][char]10
  $end = [string][char]13 + $feed
  if (($all.Length -gt 1) -and -not $all[0].EndsWith([string][char]13, [StringComparison]::Ordinal)) { $end = $feed }
  if ($target.First -ne '') {
    if (@(Find-Line $all (':' + $target.Label)).Count -eq 0) { return $null }
    if (Test-In @($all[0].Trim()) $target.First) { return $text }
    return ($target.First + $end + $text)
  }
  $has = @(Find-Line $all $target.New).Count -gt 0
  if ($target.Old -eq '') {
    if ($has) { return $text }
    if (($text -ne '') -and -not $text.EndsWith($feed, [StringComparison]::Ordinal)) { $text = $text + $end }
    return ($text + $target.New + $end)
  }
  $at = @(Find-Line $all $target.Old)
  if (($at.Count -eq 0) -and $has) { return $text }
  if ($at.Count -ne 1) { return $null }
  $old = $all[$at[0]]
  $all[$at[0]] = $target.New + $old.Substring($old.TrimEnd().Length)
  return ($all -join $feed)
}

# The numbers of the lines that are this one but for blanks around it.
function Find-Line($all, $line) {
  $n = 0
  foreach ($one in $all) {
    if (Test-In @($one.Trim()) $line) { $n }
    $n = $n + 1
  }
}

# An entry of a section of an ini file. Where nothing is wanted it is taken away.
function New-Ini($within, $name, $section, $entry, $wanted) {
  $target = New-FileTarget $within $name 'Get-Ini' 'Get-IniAfter' 'Set-Ini'
  $target.Section = $section
  $target.Entry = $entry
  $target.Wanted = $wanted
  return $target
}

function Get-Ini($target) {
  $state = New-State $target.Path
  if (-not (Test-There $target.Path)) { return $state }
  $text = Read-Text $target.Path
  $state.Odd = Test-Unicode $text
  $state.Note = 'x' + [Convert]::ToBase64String([IO.File]::ReadAllBytes($target.Path))
  foreach ($line in @(Find-Ini $target $text.Split([char]10))) {
    if (($line -ge 0) -and ($state.Lines.Count -eq 0)) {
      $old = $text.Split([char]10)[$line]
      $state.Text = $old.Substring($old.IndexOf('=') + 1).Trim()
      $state.Lines = @('entry ' + (ConvertTo-Word $state.Text))
    }
  }
  return $state
}

function Get-IniAfter($target, $lines) {
  if ($null -ne $target.Wanted) { 'entry ' + (ConvertTo-Word $target.Wanted) }
}

# The numbers of the lines of an entry; before them, as a negative number less one, where the section ends, if it is there.
function Find-Ini($target, $all) {
  $inside = $false
  $last = -1
  $n = 0
  $found = @()
  foreach ($one in $all) {
    $line = $one.Trim()
    if ($line.StartsWith('[')) {
      $inside = ($last -lt 0) -and (Test-In @($line) ('[' + $target.Section + ']'))
    } elseif ($inside -and ($line.IndexOf('=') -gt 0)) {
      if (Test-In @($line.Substring(0, $line.IndexOf('=')).Trim()) $target.Entry) { $found += $n }
    }
    if ($inside -and ($line -ne '')) { $last = $n }
    $n = $n + 1
  }
  if ($last -ge 0) { (0 - 1 - $last) }
  $found
}

# Sets the entry, or takes it away. A file that nobody else has touched is given back as it was saved, byte by byte.
function Set-Ini($target, $state, $now, $lines) {
  $text = ''
  if (Test-There $target.Path) { $text = Read-Text $target.Path }
  if (Test-Same $state.Lines $lines) {
    $before = ''
    if ($state.Note -ne '') { $before = [Text.Encoding]::GetEncoding(28591).GetString([Convert]::FromBase64String($state.Note.Substring(1))) }
    if ([string]::Equals((Edit-Ini $target $before $now), $text)) {
      if ($state.Note -eq '') {
        Remove-File $target.Path
      } else {
        Write-Text $target.Path $before
      }
      return
    }
  }
  Write-Text $target.Path (Edit-Ini $target $text $lines)
}

function Edit-Ini($target, $text, $lines) {
  $feed = [string][char]10
  $end = [string][char]13
  $all = $text.Split([char]10)
  if (($all.Length -gt 1) -and -not $all[0].EndsWith($end, [StringComparison]::Ordinal)) { $end = '' }
  $new = ''
  foreach ($line in $lines) { $new = $target.Entry + '=' + (ConvertFrom-Word $line.Substring(6)) + $end }
  $places = @(Find-Ini $target $all)
  if ($places.Count -eq 0) {
    if ($new -eq '') { return $text }
    if (($text -ne '') -and -not $text.EndsWith($feed, [StringComparison]::Ordinal)) { $text = $text + $end + $feed }
    return ($text + '[' + $target.Section + ']' + $end + $feed + $new + $feed)
  }
  $out = @()
  $n = 0
  foreach ($line in $all) {
    if ($places -contains $n) {
      if ($new -ne '') { $out += $new }
      $new = ''
    } else {
      $out += $line
    }
    if (($places.Count -eq 1) -and ($places[0] -eq (0 - 1 - $n)) -and ($new -ne '')) {
      if (($n -eq $all.Length - 1) -and ($end -ne '')) { $out[$out.Length - 1] = $line.TrimEnd() + $end }
      $out += $new
    }
    $n = $n + 1
  }
  return ($out -join $feed)
}

# OPERATIONS THAT LOOK

function Assert-Windows {
  if (-not (Test-Key 'HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows NT\CurrentVersion')) { Stop-Run 'refused' '[[not-nt]]' }
}

# Reads a key that every Windows has.
function Assert-Registry {
  $there = $false
  try {
    $there = Test-Key 'HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft'
  } catch {
    $there = $false
  }
  if (-not $there) { Stop-Run 'refused' '[[unreadable]]' }
}

# Makes sure that the folder that is given holds the files. A run that shows may do without.
function Assert-Folder($files, $always) {
  if ($Folder -eq '') {
    if (($mode -eq 'apply') -or ($always -and ($mode -ne 'show'))) { Stop-Run 'refused' ('[[no-folder files=' + ($files -join ', ') + ' mode=-' + $mode + ' -Folder]]') }
    return
  }
  if ($Folder -notmatch '^([A-Za-z]:\\|\\\\)') { Stop-Run 'refused' '[[short-folder]]' }
  foreach ($file in $files) {
    if (-not (Test-There ($Folder + '\' + $file))) { Stop-Run 'refused' ('[[missing-file file=' + $file + ']]') }
  }
}

# Finds out how a target is kept, and prints it where it is there.
function Find-Target($number) {
  $target = $run.Target[$number]
  if (($target.Within -eq 'given') -and ($Folder -eq '')) { return }
  $state = & $target.Look $target @()
  $target.State = $state
  if (($target.Paths.Count -gt 1) -and ($state.Key -ne '')) { Write-Line ('[[key-at key=' + $state.Key + ']]') }
  foreach ($form in $state.Forms) { Write-Line ('[[found name=' + $target.Name + ' form=' + $form + ' key=' + $state.Key + ']]') }
  if ($state.Text -ne '') { Write-Line ('[[is name=' + $target.Name + ' data=' + $state.Text + ']]') }
  if ($state.Lines.Count -eq 0) { Write-Line ('[[missing name=' + $target.Name + ']]') }
}

function Test-NoKey($numbers) {
  foreach ($n in $numbers) {
    $target = $run.Target[$n]
    if (($null -eq $target.State) -or ($target.State.Key -ne '')) { return $false }
    if (($target.Make -ne '') -and (Test-Key $target.Paths[0].Substring(0, $target.Paths[0].LastIndexOf('\')))) { return $false }
  }
  return $true
}

function Test-Present($numbers) {
  foreach ($n in $numbers) {
    if (($null -ne $run.Target[$n].State) -and ($run.Target[$n].State.Lines.Count -gt 0)) { return $true }
  }
  return $false
}

function Test-Odd($numbers) {
  foreach ($n in $numbers) {
    if (($null -ne $run.Target[$n].State) -and $run.Target[$n].State.Odd) { return $true }
  }
  return $false
}

function Test-Several($numbers) {
  foreach ($n in $numbers) {
    if ($run.Target[$n].State.Forms.Count -gt 1) { return $true }
  }
  return $false
}

function Test-Done($numbers) {
  foreach ($n in $numbers) {
    if (($null -eq $run.Target[$n].State) -or -not (Test-Wanted $run.Target[$n] $run.Target[$n].State)) { return $false }
  }
  return $true
}

# Whether a target is as it is wanted: a change would leave it as it is.
function Test-Wanted($target, $state) {
  return (Test-Same $state.Lines @(& $target.After $target $state.Lines))
}

# Whether nothing else would be left beside the targets. The default value and an empty list are nothing.
function Test-Alone($numbers) {
  foreach ($n in $numbers) {
    $parent = $run.Target[$n].State.Parent
    $names = @()
    foreach ($m in $numbers) {
      if ($run.Target[$m].State.Parent -eq $parent) { $names += $run.Target[$m].State.Leaf }
    }
    $others = 0
    foreach ($line in @(Get-Rest $parent $names)) {
      $part = $line.Split(' ')
      if (($part[0] -eq 'key') -or (($part[2] -ne '') -and (($part[3] -ne 'MultiString') -or ($part[4] -ne '')))) { $others = $others + 1 }
    }
    if ($others -eq 0) { return $true }
  }
  return $false
}

# Looks for the traces of a program: services, files of Windows, keys.
function Find-Traces($names, $files, $paths) {
  $run.Trace = $false
  foreach ($name in $names) {
    if ($null -ne (Get-Controller $name)) { $run.Trace = $true }
  }
  foreach ($file in $files) {
    if (Test-There ($run.Root + '\' + $file)) { $run.Trace = $true }
  }
  foreach ($path in $paths) {
    if (Test-Key $path) { $run.Trace = $true }
  }
}

# The same, only for a run that verifies.
function Find-TracesLater($names, $files, $paths) {
  if ($mode -eq 'verify') { Find-Traces $names $files $paths }
}

function Test-Trace {
  return $run.Trace
}

function Test-NoTrace {
  return (-not $run.Trace)
}

function Test-HasRun {
  return ($run.Trace -and ((Get-LastRun) -ne ''))
}

# Looks again whether a target is as it is wanted.
function Compare-Target($number, $orNoKey) {
  if ($mode -eq 'show') { return }
  $target = $run.Target[$number]
  $state = & $target.Look $target @()
  if ($orNoKey -and ($mode -eq 'verify') -and ($state.Key -eq '')) { return }
  if (-not (Test-Wanted $target $state)) {
    if (@(& $target.After $target @()).Count -eq 0) { Stop-Run 'failed' ('[[not-removed name=' + $target.Name + ']]') }
    Stop-Run 'failed' ('[[not-set name=' + $target.Name + ']]')
  }
  Write-Line ('[[as-wanted name=' + $target.Name + ']]')
}

# Looks whether what stands beside a target is as it was.
function Compare-Rest($number) {
  if (-not $acts) { return }
  $target = $run.Target[$number]
  if (-not (Test-Same $target.Beside @(Get-Rest $target.State.Key (Get-Names $target)))) { Stop-Failed '[[not-alone]]' }
}

# The names of all targets under the key of a target.
function Get-Names($target) {
  foreach ($other in $run.Target.Values) {
    if (Test-Same $other.Paths $target.Paths) { $other.Name }
  }
}

function Write-Facts {
  $head = 'FIXDESK-FACTS v=1'
  if ($run.Name -ne '') { $head = $head + ' computer=' + $run.Name }
  Write-Host $head
}

function Write-Windows {
  $key = Open-Key 'HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows NT\CurrentVersion' $false
  if ($null -eq $key) { return }
  $version = [string]$key.GetValue('CurrentVersion')
  if ($version.StartsWith('3.5')) { Write-Host 'client_os=nt351' }
  if ($version -eq '4.0') { Write-Host 'client_os=nt4' }
  if ($version -eq '5.0') { Write-Host 'client_os=win2000' }
  if ($version -eq '5.1') { Write-Host 'client_os=xp' }
}

function Write-Sites($path) {
  $key = Open-Key $path $false
  if ($null -eq $key) { return }
  foreach ($name in $key.GetSubKeyNames()) { Write-Host ('client_sites=' + $name) }
}

# Prints the lines of a log of the client that hold some words.
function Write-Evidence($file, $words) {
  $path = $run.Root + '\MS\SMS\Logs\' + $file
  if (-not (Test-There $path)) { return }
  foreach ($line in @(Get-Content -LiteralPath $path)) {
    if ($line.Contains($words)) { Write-Host $line }
  }
}

function Write-FactsEnd {
  Write-Host 'FIXDESK-END'
}

# OPERATIONS THAT PREPARE A CHANGE

# Keeps the runs in the profile of the user, whose settings are changed.
function Use-Profile {
  $run.Hold = $env:USERPROFILE + '\FIXDESK'
}

# Takes the lock that all scripts of Fixdesk share: a file that nobody else can open while this run lasts.
function Lock-Computer {
  if (-not $acts) { return }
  try {
    [void][IO.Directory]::CreateDirectory($run.Hold)
    $run.Lock = [IO.File]::Open($run.Hold + '\LOCK', 'OpenOrCreate', 'ReadWrite', 'None')
    $run.Finish = 'Close-Run'
  } catch {
    if ((Get-ErrorNumber $_.Exception) -eq 32) { Stop-Run 'refused' '[[locked]]' }
    Stop-Run 'refused' '[[no-hold]]'
  }
}

# Ends the run where an earlier one of this script was cut off: what it stopped stands still, so it is undone first.
function Assert-NoneOpen {
  if (-not $acts -or ($mode -ne 'apply')) { return }
  $last = Get-LastRun
  if (($last -ne '') -and (Test-There ($last + '\OPEN.ID'))) { Stop-Run 'refused' '[[broken undo=-Undo]]' }
}

# Tries what the run is going to do.
function Assert-Rights($numbers) {
  if (-not $acts) { return }
  foreach ($n in $numbers) { $target = $run.Target[$n]; & $target.Rights $target }
}

# The numbers of the runs that are kept, the last one at the end.
function Get-Runs {
  if (-not (Test-There $run.Hold)) { return }
  foreach ($folder in @([IO.Directory]::GetDirectories($run.Hold) | Sort-Object)) {
    $name = [IO.Path]::GetFileName($folder)
    if ($name -match '^[0-9][0-9][0-9]$') { [int]$name }
  }
}

# The folder of the last run of this script that is not undone.
function Get-LastRun {
  $last = ''
  foreach ($n in @(Get-Runs)) {
    $folder = $run.Hold + '\' + ('{0:d3}' -f $n)
    if ((Test-There ($folder + '\' + (Get-ScriptId) + '.ID')) -and -not (Test-There ($folder + '\UNDONE.ID'))) { $last = $folder }
  }
  return $last
}

# Makes the folder of the run, under a number that was never used.
function New-Run($again) {
  if (-not $acts) { return }
  $last = Get-LastRun
  if (($last -ne '') -and -not $again -and (Test-There ($last + '\OPEN.ID'))) { Stop-Run 'refused' '[[broken undo=-Undo]]' }
  $number = 1
  foreach ($n in @(Get-Runs)) { $number = $n + 1 }
  $folder = $run.Hold + '\' + ('{0:d3}' -f $number)
  if ($number -gt 999) { Stop-Run 'refused' '[[no-run]]' }
  [void][IO.Directory]::CreateDirectory($folder)
  $run.Folder = $folder
  Set-Mark 'RUN'
  Set-Mark 'OPEN'
  Set-Mark (Get-ScriptId)
  $run.Log = 'Add-Log'
  Write-Line ('[[run folder=' + $folder + ']]')
}

# Adds a line to the log. A log that cannot be written ends nothing.
function Add-Log($text) {
  try {
    [IO.File]::AppendAllText($run.Folder + '\LOG.TXT', $text + [Environment]::NewLine)
  } catch {
    $run.Log = ''
  }
}

function Get-MarkFile($name) {
  return ($run.Folder + '\' + $name + '.ID')
}

# The ID of the script, under which it finds its own runs.
function Get-ScriptId {
  return $result.Substring($result.Length - 8)
}

# Writes a note to the folder of the run, and reads it back.
function Set-Mark($name) {
  $written = ''
  try {
    [IO.File]::WriteAllText((Get-MarkFile $name), 'x')
    $written = [IO.File]::ReadAllText((Get-MarkFile $name))
  } catch {
    $written = ''
  }
  if ($written -ne 'x') { Stop-Failed '[[not-noted]]' }
}

function Test-Mark($name) {
  return (Test-There (Get-MarkFile $name))
}

function Remove-Mark($name) {
  [IO.File]::Delete((Get-MarkFile $name))
}

# Keeps a text in the folder of the run, and reads it back: the drive may be full.
function Write-Kept($file, $text, $encoding, $what) {
  $path = $run.Folder + '\' + $file
  $kept = ''
  try {
    [IO.File]::WriteAllText($path, $text, $encoding)
    $kept = [IO.File]::ReadAllText($path, $encoding)
  } catch {
    $kept = ''
  }
  if (-not [string]::Equals($kept, $text)) { Stop-Failed ('[[not-saved what=' + $what + ']]') }
}

# Exports the keys that are there, for a person.
function Export-Keys($step, $paths, $none) {
  if (-not $acts) { return }
  $some = $false
  $n = 0
  foreach ($path in $paths) {
    $n = $n + 1
    $lines = @(Read-Tree $path '')
    if ($lines.Count -gt 0) {
      $some = $true
      Export-Lines ('KEY' + $step + '-' + $n + '.REG') $path $lines
    }
  }
  if (-not $some -and ($none -ne '')) { Stop-Run $none ('[[not-saved what=' + $paths[0] + ']]') }
}

# Windows NT 4.0 imports exports of its own version only, whose texts are not Unicode.
function Export-Lines($file, $path, $lines) {
  $encoding = [Text.Encoding]::Unicode
  $text = 'Windows Registry Editor Version 5.00'
  $key = Open-Key 'HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows NT\CurrentVersion' $false
  if ([string]$key.GetValue('CurrentVersion') -eq '4.0') {
    $encoding = [Text.Encoding]::GetEncoding(28591)
    $text = 'REGEDIT4'
  }
  $feed = [Environment]::NewLine
  foreach ($line in $lines) {
    $part = $line.Split(' ')
    if ($part[0] -eq 'key') {
      $text = $text + $feed + $feed + '[' + (Join-Key $path $part[1]) + ']'
    } else {
      $text = $text + $feed + (Format-Value (ConvertFrom-Word $part[2]) $part[3] $part[4] $encoding)
    }
  }
  Write-Kept $file ($text + $feed) $encoding $path
}

function Format-Value($name, $kind, $text, $encoding) {
  $head = '@='
  if ($name -ne '') { $head = '"' + $name.Replace('\', '\\').Replace('"', '\"') + '"=' }
  if ($kind -eq 'DWord') { return ($head + 'dword:' + $text) }
  if ($kind -eq 'Binary') { return ($head + 'hex:' + (Format-Bytes @(Split-Bytes $text))) }
  if ($kind -eq 'None') { return ($head + 'hex(0):' + (Format-Bytes @(Split-Bytes $text))) }
  if ($kind -eq 'QWord') { return ($head + 'hex(b):' + (Format-Bytes ([BitConverter]::GetBytes([Convert]::ToInt64($text, 16))))) }
  $zero = [string][char]0
  $type = 'hex(1):'
  $plain = ''
  if ($kind -eq 'MultiString') {
    $type = 'hex(7):'
    foreach ($one in @(Split-List $text)) { $plain = $plain + $one + $zero }
  } else {
    $plain = ConvertFrom-Word $text
    if (($kind -eq 'String') -and ($plain -notmatch '[\x00-\x1f]')) { return ($head + '"' + $plain.Replace('\', '\\').Replace('"', '\"') + '"') }
    if ($kind -eq 'ExpandString') { $type = 'hex(2):' }
  }
  return ($head + $type + (Format-Bytes $encoding.GetBytes($plain + $zero)))
}

function Format-Bytes($bytes) {
  return [BitConverter]::ToString([byte[]]@($bytes)).Replace('-', ',').ToLower()
}

# Keeps a target as it was found, as lines that Get-Saved reads.
function Save-Target($number) {
  if (-not $acts) { return }
  $target = $run.Target[$number]
  $text = 'at ' + (ConvertTo-Word $target.State.Key) + ' ' + $target.State.Note
  foreach ($line in $target.State.Lines) { $text = $text + [string][char]10 + $line }
  Write-Kept ('T' + $number + '.TXT') $text ([Text.Encoding]::ASCII) $target.Name
}

# Keeps in mind what stands beside a target, for Compare-Rest.
function Save-Rest($number) {
  $target = $run.Target[$number]
  if ($acts -and ($target.State.Key -ne '')) { $target.Beside = @(Get-Rest $target.State.Key (Get-Names $target)) }
}

function Get-Saved($number) {
  $all = [IO.File]::ReadAllText($run.Folder + '\T' + $number + '.TXT').Split([char]10)
  $head = $all[0].Split(' ')
  $state = New-State (ConvertFrom-Word $head[1])
  $state.Note = $head[2]
  foreach ($line in $all) {
    if (-not $line.StartsWith('at ')) { $state.Lines += $line }
  }
  return $state
}

# Notes that a target is about to be changed.
function Add-Note($number) {
  if (-not $acts) { return }
  Set-Mark ('T' + $number)
  $run.Noted = $true
}

# SERVICES

# A service by its key name; nothing where it is not installed, which only error 1060 says. Get-Service brings the class along, which
# takes the displayed name too.
function Get-Controller($service) {
  [void](Get-Service -Name 'RpcSs')
  $computer = '.'
  if ($run.Name -ne '') { $computer = $run.Name }
  $controller = New-Object System.ServiceProcess.ServiceController($service, $computer)
  try {
    [void]$controller.get_Status()
  } catch {
    if ((Get-ErrorNumber $_.Exception) -eq 1060) { return $null }
    throw
  }
  if (-not (Test-In @($controller.get_ServiceName()) $service)) { return $null }
  return $controller
}

# 1 is stopped, 3 is stopping, 4 is running.
function Get-State($controller) {
  $controller.Refresh()
  return [int]$controller.get_Status()
}

# Stops a service that runs, and notes that before. Where another service hangs on it, it is left: Stop would stop that too.
function Stop-NamedService($service) {
  $controller = Get-Controller $service
  if (($null -eq $controller) -or ((Get-State $controller) -eq 1)) { return }
  if (-not (Test-Change $service 'Stop the service, and start it again at the end')) { return }
  Set-Mark ('S' + [Array]::IndexOf($services, $service))
  try {
    foreach ($other in $controller.get_DependentServices()) {
      if ((Get-State $other) -ne 1) { throw 'Another service hangs on it.' }
    }
    if ((Get-State $controller) -ne 3) { $controller.Stop() }
  } catch {
    Stop-Stuck $service
  }
  $try = 0
  while ((Get-State $controller) -ne 1) {
    $try = $try + 1
    if ($try -gt 30) { Stop-Stuck $service }
    Start-Sleep -Seconds 1
  }
  Write-Line ('[[stopped service=' + $service + ']]')
}

function Stop-Stuck($service) {
  if ($mode -eq 'undo') { Stop-Run 'refused' ('[[undo-stuck service=' + $service + ']]') }
  Stop-Run 'refused' ('[[stuck service=' + $service + ']]')
}

# Starts the services that are noted as stopped, the last one first.
function Start-NotedServices {
  if ($run.Folder -eq '') { return }
  $n = $services.Count
  while ($n -gt 0) {
    $n = $n - 1
    if ($acts -and (Test-Mark ('S' + $n))) { Start-NotedService $services[$n] ('S' + $n) }
  }
}

# A service that was asked to stop may stop late: one that is stopping is waited for.
function Start-NotedService($service, $mark) {
  $controller = Get-Controller $service
  $state = 4
  $try = 0
  while (($null -ne $controller) -and ($try -le 30)) {
    $state = Get-State $controller
    if ($state -eq 4) { $try = 30 }
    if ($state -eq 1) { Start-Quietly $controller }
    if ($try -lt 30) { Start-Sleep -Seconds 1 }
    $try = $try + 1
  }
  if ($state -eq 4) {
    Remove-Mark $mark
    return
  }
  $run.Status = 'failed'
  $run.Torn = $true
  if ($state -eq 3) {
    Write-Line ('[[still service=' + $service + ']]')
  } else {
    Write-Line ('[[down service=' + $service + ']]')
  }
}

function Start-Quietly($controller) {
  try {
    $controller.Start()
  } catch {
    Write-Line ('  ' + $_.Exception.Message)
  }
}

# OPERATIONS THAT CHANGE

# Gives a target what it wants. A target that is so already is left.
function Edit-Target($number, $action) {
  $target = $run.Target[$number]
  if ($null -eq $target.State) { return }
  $wanted = @(& $target.After $target $target.State.Lines)
  if (Test-Same $target.State.Lines $wanted) { return }
  if (-not (Test-Change $target.Name $action)) { return }
  & $target.Put $target $target.State $target.State.Lines $wanted
}

function Remove-Target($number) {
  Edit-Target $number 'Delete'
}

function Set-Target($number) {
  Edit-Target $number 'Change'
}

# Gives one target the name of another one.
function Move-Target($from, $to) {
  Edit-Target $to ('Rename ' + $run.Target[$from].Name + ' to it')
  Edit-Target $from 'Delete, since it has another name now'
}

function Invoke-Program($step, $path, $arguments, $later) {
  if (-not (Test-Change ($path + ' ' + $arguments) 'Run')) { return }
  Set-Mark ('R' + $step)
  $run.Noted = $true
  $name = [IO.Path]::GetFileName($path)
  $code = Start-Program $path $arguments
  if ($null -eq $code) { Stop-Failed ('[[no-start program=' + $name + ']]') }
  $run.Code = ' code=' + $code
  if ($later) {
    $run.Started = $true
    Write-Line ('[[started code=' + $code + ' verify=-Verify]]')
    return
  }
  if ($code -ne 0) { Stop-Run 'failed' ('[[command-fails program=' + $name + ' code=' + $code + ']]') }
  Write-Line ('[[exit program=' + $name + ' code=' + $code + ']]')
}

# Runs a noted program with the arguments that undo it, and prints how it ended. It ends nothing.
function Undo-Program($step, $path, $arguments) {
  if (-not (Test-Mark ('R' + $step))) { return }
  if (-not (Test-Change ($path + ' ' + $arguments) 'Run')) { return }
  $code = Start-Program $path $arguments
  $name = [IO.Path]::GetFileName($path)
  if ($null -eq $code) { Write-Line ('[[no-start program=' + $name + ']]') } else { Write-Line ('[[exit program=' + $name + ' code=' + $code + ']]') }
}

# Starts a program and waits for it. Gives its exit code, or nothing where it could not be started.
function Start-Program($path, $arguments) {
  try {
    $start = New-Object Diagnostics.ProcessStartInfo($path, [Environment]::ExpandEnvironmentVariables($arguments))
    $start.UseShellExecute = $false
    $process = [Diagnostics.Process]::Start($start)
    $process.WaitForExit()
    return $process.get_ExitCode()
  } catch {
    return $null
  }
}

# Ends a program. On another computer no tool can.
function Stop-Image($image) {
  if ($run.Name -ne '') {
    Write-Line ('[[no-tool image=' + $image + ']]')
    return
  }
  $all = @([Diagnostics.Process]::GetProcessesByName([IO.Path]::GetFileNameWithoutExtension($image)))
  if ($all.Count -eq 0) {
    Write-Line ('[[not-running image=' + $image + ']]')
    return
  }
  if (-not (Test-Change $image 'End the program')) { return }
  try {
    foreach ($process in $all) {
      $process.Kill()
      [void]$process.WaitForExit(10000)
    }
    Write-Line ('[[ended image=' + $image + ']]')
  } catch {
    Write-Line ('[[no-tool image=' + $image + ']]')
  }
}

# OPERATIONS THAT TAKE BACK

# Opens the last run of this script that changed something and is not undone.
function Open-LastRun {
  $folder = Get-LastRun
  if ($folder -eq '') { Stop-Run 'nothing-to-do' '[[no-last-run]]' }
  $run.Folder = $folder
  $run.Open = Test-Mark 'OPEN'
  if ($acts) { $run.Log = 'Add-Log' }
}

# Ends the run where a noted target is neither as its run left it nor as it was saved. Where that run is open, what lies between the
# two is well too.
function Assert-Unchanged($number) {
  if (-not (Test-Mark ('T' + $number))) { return }
  $target = $run.Target[$number]
  $saved = Get-Saved $number
  $places = @()
  foreach ($line in $saved.Lines) { $places += Get-Place $line }
  $now = & $target.Look $target $places
  $after = @(& $target.After $target $saved.Lines)
  $same = (Test-Same $now.Lines $saved.Lines) -or (Test-Same $now.Lines $after)
  if (-not $same -and $run.Open -and ($now.Lines.Count -gt 0)) {
    $same = $true
    foreach ($line in $now.Lines) {
      if (($saved.Lines + $after) -cnotcontains $line) { $same = $false }
    }
  }
  if (($saved.Key -ne '') -and ($now.Key -ne $saved.Key) -and -not $target.Self) { $same = $false }
  if (-not $same) { Stop-Run 'refused' ('[[changed-by name=' + $target.Name + ']]') }
}

# Notes that the run is open again, so that an undo that is cut off can be run again.
function Restart-Run {
  if (-not $acts) { return }
  Set-Mark 'OPEN'
  $run.Noted = $true
}

# Gives a noted target back as it was saved.
function Restore-Target($number) {
  if (-not (Test-Mark ('T' + $number))) { return }
  $target = $run.Target[$number]
  $saved = Get-Saved $number
  $places = @()
  foreach ($line in $saved.Lines) { $places += Get-Place $line }
  $now = & $target.Look $target $places
  if (-not (Test-Change $target.Name 'Put back')) { return }
  if (-not (Test-Same $now.Lines $saved.Lines)) { & $target.Put $target $saved $now.Lines $saved.Lines }
  if (($target.Make -ne '') -and ($saved.Key -eq '')) { & $target.Make $target $saved }
  $now = & $target.Look $target $places
  if (-not (Test-Same $now.Lines $saved.Lines)) { Stop-Run 'failed' ('[[not-restored name=' + $target.Name + ']]') }
  Write-Line ('[[restored name=' + $target.Name + ']]')
}

# Comes to the end of a run that may have changed something: takes back what has failed, starts what was stopped, closes the run,
# and gives the lock back.
function Close-Run {
  try {
    if (($mode -eq 'apply') -and ($run.Status -eq 'failed') -and $run.Noted) { Restore-All }
    if (($mode -eq 'undo') -and ($run.Status -eq 'failed')) { $run.Torn = $true }
    Start-NotedServices
    if (($run.Folder -ne '') -and -not $run.Torn -and -not $run.Cut) { Complete-Run }
  } catch {
    $run.Status = 'failed'
    Write-Line ('[[host-error error=' + $_.Exception.Message + ' undo=-Undo]]')
  }
  $run.Lock.Close()
}

# Takes back what a run has changed that failed.
function Restore-All {
  try {
    Invoke-Back
    foreach ($n in $run.Target.Keys) { Remove-Mark ('T' + $n) }
    $run.Status = 'rolled-back'
    Write-Line '[[rolled-back]]'
  } catch {
    $run.Torn = $true
    $run.Status = 'failed'
    Write-Line '[[not-rolled-back undo=-Undo]]'
  }
}

# Closes the run. One that changed nothing is nothing that undo could take.
function Complete-Run {
  if ($mode -ne 'undo') {
    if (-not $run.Noted) { Remove-Mark (Get-ScriptId) }
    Remove-Mark 'OPEN'
  } elseif ($run.Status -eq 'ok') {
    Set-Mark 'UNDONE'
    Remove-Mark 'OPEN'
    Write-Line '[[undone]]'
  }
}
