# WHAT THIS IS
# Fixdesk: reinstall-after-restart, stage 2 of 2. From article Q238865, tree 01234567.
# Remove the client that hangs even after a restart, and install it again with no advertisement open.
# Not certain: The article may mean that only a client which hangs after the restart needs removal. This one was
# restarted.
# Not certain: Use the 20CLICLN.BAT of the service pack that the client has. The edition of Service Pack 1 fails
# on a client of Service Pack 2 (Q272166).
#
# Never executed by its makers: read it, and try it on one computer first.
# Run it as an administrator: powershell -ExecutionPolicy Bypass -File reinstall-after-restart-2.ps1
# Without an argument it only shows what it would do.
# -apply -Folder FOLDER does it, -verify checks whether it is done.
# -undo puts back what this script removed or changed, unless somebody else has changed it since.
# FOLDER is the folder that holds SMSMAN.EXE.
# Backup and log go to the folder FIXDESK of Windows, each time under a new number from 001 to 999.
# -WhatIf prints each change and makes none; -Confirm asks before each.
[CmdletBinding(SupportsShouldProcess = $true, ConfirmImpact = 'Medium', DefaultParameterSetName = 'show')]
param([Parameter(ParameterSetName = 'apply')][switch]$Apply, [Parameter(ParameterSetName = 'verify')][switch]$Verify,
  [Parameter(ParameterSetName = 'undo')][switch]$Undo, [string]$Folder = '')
$ErrorActionPreference = 'Stop'

# THE PLAN
$result = 'FIXDESK-RESULT v=1 fix=reinstall-after-restart script=e9fc6366'
$firstStep = 10
$view = ''
$services = @()
function Set-Targets {
  $run.Target[1] = New-Key @('HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\Wuser32')
  $run.Target[2] = New-Value 'SMS Client Deinstall' @('HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\SMS\Client\Configuration\Client Properties') '' ''
}
function Invoke-Begin {
  Assert-Windows
  Assert-Registry
  Assert-Folder @('SMSMAN.EXE') $false
  Lock-Computer
  Assert-NoneOpen
}
function Invoke-Steps {
  Write-Step 10 'reads' 'Stop while anything of these is there: the service SMS Client Service, MS\SMS\Core\Bin\Clisvcl.exe.'
  Find-Traces @('clisvc') @('MS\SMS\Core\Bin\Clisvcl.exe') @()
  Stop-If (Test-HasRun) 'nothing-to-do' 'This script has run here already, and it is installed. There is nothing to do.'
  Stop-If (Test-Trace) 'refused' 'It is not removed yet. Restart the computer, or go back to the stage before. Nothing was changed.'
  Write-Step 11 'reads' 'Stop unless this user may change this computer as an administrator.'
  Assert-Rights @(1, 2)
  Write-Step 12 'reads' 'Export HKLM\SYSTEM\CurrentControlSet\Services\Wuser32 or else HKLM\SOFTWARE\Microsoft\SMS\Client\Configuration\Client Properties to a new file.'
  Find-Target 1
  Find-Target 2
  New-Run $false
  Export-Keys 12 @('HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\Wuser32', 'HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\SMS\Client\Configuration\Client Properties') ''
  Save-Target 1
  Save-Target 2
  Write-Step 13 'changes' 'Delete the key HKLM\SYSTEM\CurrentControlSet\Services\Wuser32 with everything below it.'
  Add-Note 1
  Remove-Target 1
  Compare-Target 1 $false
  Write-Step 14 'changes' 'Delete the value SMS Client Deinstall from HKLM\SOFTWARE\Microsoft\SMS\Client\Configuration\Client Properties.'
  Add-Note 2
  Remove-Target 2
  Compare-Target 2 $false
  Write-Step 15 'changes' 'Run SMSMAN.EXE from the folder given to the script: \\server\SMSLOGON\x86.bin\00000409 of a logon point.'
  Invoke-Program 15 ((Get-Folder 'given') + '\' + 'SMSMAN.EXE') '' $true
}
function Invoke-Looks {
  Compare-Target 2 $false
  Compare-Target 1 $false
  Write-Step 16 'reads' 'Look later that these are there: the service SMS Client Service, MS\SMS\Core\Bin\Clisvcl.exe.'
  Find-TracesLater @('clisvc') @('MS\SMS\Core\Bin\Clisvcl.exe') @()
  Stop-Later (Test-NoTrace) 'failed' 'It is not there yet.'
  Write-Step 17 'person' 'Wait 15 minutes: the client installs its components.'
  Write-Step 18 'person' 'Open the advertisements again when the client shows the versions of the service pack.'
  Write-Step 19 'person' 'Look at the Components tab. All components are installed and show one service pack, and Smsmon32.exe leaves the processor alone.'
  Write-Hint
}
function Invoke-Guards {
  Assert-Rights @(1, 2)
  Open-LastRun
  Assert-Unchanged 1
  Assert-Unchanged 2
  Restart-Run
}
function Invoke-Back {
  Restore-Target 2
  Restore-Target 1
}

# THE ENGINE: the same in every script that calls these routines

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
  if ($WhatIfPreference) { Write-Line 'Only shown, as -WhatIf asks.' }
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
  if ($mode -eq 'show') { Write-Line 'Nothing was changed. Run this file with -Apply to do it.' }
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
  Write-Line ('The script met an error of its host: ' + $caught.Exception.Message + ' If anything was changed, run this file with -Undo.')
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
  if ($acts) { Stop-Failed ('The change of ' + $what + ' was declined.') }
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
  if (-not $own -and ([Environment]::Version.Major -lt 3)) { Stop-Run 'refused' 'This PowerShell reaches one view of the registry, and the key is in the other one. Use the other PowerShell of Windows, or a newer one. Nothing was changed.' }
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
  if (-not $written -or -not $deleted) { Stop-Run 'refused' ('This user may not change ' + $path + '. Run this as an administrator. Nothing was changed.') }
}

function New-State($key) {
  return @{ Key = $key; Note = ''; Parent = $key; Leaf = ''; Lines = @(); Forms = @(); Odd = $false; Text = '' }
}

function New-Target($name, $look, $after, $put, $rights) {
  return @{ Name = $name; Look = $look; After = $after; Put = $put; Rights = $rights; State = $null; Paths = @(); Within = ''; Like = 0; Make = ''; Self = $false; Beside = @() }
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

# The deepest key above a key that is missing.
function Get-Above($path) {
  while (-not (Test-Key $path)) { $path = $path.Substring(0, $path.LastIndexOf('\')) }
  return $path
}

# The lines of a target before the run.
function Get-Before($number) {
  if (($run.Folder -ne '') -and (Test-There ($run.Folder + '\T' + $number + '.TXT'))) { return (Get-Saved $number).Lines }
  if ($null -ne $run.Target[$number].State) { return $run.Target[$number].State.Lines }
}

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

function Assert-Windows {
  if (-not (Test-Key 'HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows NT\CurrentVersion')) { Stop-Run 'refused' 'This is not Windows NT 4.0, 2000 or later. Nothing was done.' }
}

# Reads a key that every Windows has.
function Assert-Registry {
  $there = $false
  try {
    $there = Test-Key 'HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft'
  } catch {
    $there = $false
  }
  if (-not $there) { Stop-Run 'refused' 'The registry could not be read, so nothing can be said about this computer. Nothing was changed.' }
}

# Makes sure that the folder that is given holds the files. A run that shows may do without.
function Assert-Folder($files, $always) {
  if ($Folder -eq '') {
    if (($mode -eq 'apply') -or ($always -and ($mode -ne 'show'))) { Stop-Run 'refused' ('Name the folder that holds ' + ($files -join ', ') + ' after -' + $mode + ' -Folder. Nothing was changed.') }
    return
  }
  if ($Folder -notmatch '^([A-Za-z]:\\|\\\\)') { Stop-Run 'refused' 'Name the folder with its full path, from the letter of the drive on. Nothing was changed.' }
  foreach ($file in $files) {
    if (-not (Test-There ($Folder + '\' + $file))) { Stop-Run 'refused' ('The folder does not hold ' + $file + '. Nothing was changed.') }
  }
}

# Finds out how a target is kept, and prints it where it is there.
function Find-Target($number) {
  $target = $run.Target[$number]
  if (($target.Within -eq 'given') -and ($Folder -eq '')) { return }
  $state = & $target.Look $target @()
  $target.State = $state
  if (($target.Paths.Count -gt 1) -and ($state.Key -ne '')) { Write-Line ('  The key is ' + $state.Key + '.') }
  foreach ($form in $state.Forms) { Write-Line ('  ' + $target.Name + ' is a ' + $form + ' of ' + $state.Key + '.') }
  if ($state.Text -ne '') { Write-Line ('  ' + $target.Name + ' is ' + $state.Text + '.') }
  if ($state.Lines.Count -eq 0) { Write-Line ('  ' + $target.Name + ' is not there.') }
}

# Whether a target is as it is wanted: a change would leave it as it is.
function Test-Wanted($target, $state) {
  return (Test-Same $state.Lines @(& $target.After $target $state.Lines))
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
    if (@(& $target.After $target @()).Count -eq 0) { Stop-Run 'failed' ('' + $target.Name + ' could not be deleted, or is there again.') }
    Stop-Run 'failed' ('' + $target.Name + ' is not as it was set.')
  }
  Write-Line ('  ' + $target.Name + ': as it must be.')
}

# Takes the lock that all scripts of Fixdesk share: a file that nobody else can open while this run lasts.
function Lock-Computer {
  if (-not $acts) { return }
  try {
    [void][IO.Directory]::CreateDirectory($run.Hold)
    $run.Lock = [IO.File]::Open($run.Hold + '\LOCK', 'OpenOrCreate', 'ReadWrite', 'None')
    $run.Finish = 'Close-Run'
  } catch {
    if ((Get-ErrorNumber $_.Exception) -eq 32) { Stop-Run 'refused' 'Another Fixdesk script is at work on this computer. Wait until it has ended. Nothing was changed.' }
    Stop-Run 'refused' 'This user cannot write to the folder FIXDESK of Windows. Run this as an administrator. Nothing was changed.'
  }
}

# Ends the run where an earlier one of this script was cut off: what it stopped stands still, so it is undone first.
function Assert-NoneOpen {
  if (-not $acts -or ($mode -ne 'apply')) { return }
  $last = Get-LastRun
  if (($last -ne '') -and (Test-There ($last + '\OPEN.ID'))) { Stop-Run 'refused' 'An earlier run of this script did not come to its end. Run it with -Undo first. Nothing was changed.' }
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
  if (($last -ne '') -and -not $again -and (Test-There ($last + '\OPEN.ID'))) { Stop-Run 'refused' 'An earlier run of this script did not come to its end. Run it with -Undo first. Nothing was changed.' }
  $number = 1
  foreach ($n in @(Get-Runs)) { $number = $n + 1 }
  $folder = $run.Hold + '\' + ('{0:d3}' -f $number)
  if ($number -gt 999) { Stop-Run 'refused' 'No new folder for the backup could be made in the folder FIXDESK of Windows. Nothing was changed.' }
  [void][IO.Directory]::CreateDirectory($folder)
  $run.Folder = $folder
  Set-Mark 'RUN'
  Set-Mark 'OPEN'
  Set-Mark (Get-ScriptId)
  $run.Log = 'Add-Log'
  Write-Line ('  backup and log: ' + $folder + '')
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
  if ($written -ne 'x') { Stop-Failed 'A note could not be written to the folder of the run, and the drive may be full. Nothing was changed.' }
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
  if (-not [string]::Equals($kept, $text)) { Stop-Failed ('The backup of ' + $what + ' is missing or not whole, and the drive may be full. Nothing was changed.') }
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
  if (-not $some -and ($none -ne '')) { Stop-Run $none ('The backup of ' + $paths[0] + ' is missing or not whole, and the drive may be full. Nothing was changed.') }
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
    Write-Line ('  The service ' + $service + ' was asked to stop, and has not stopped. Should it stop later, start it in Control Panel, Services.')
  } else {
    Write-Line ('  The service ' + $service + ' could not be started again. Start it in Control Panel, Services.')
  }
}

function Start-Quietly($controller) {
  try {
    $controller.Start()
  } catch {
    Write-Line ('  ' + $_.Exception.Message)
  }
}

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

function Invoke-Program($step, $path, $arguments, $later) {
  if (-not (Test-Change ($path + ' ' + $arguments) 'Run')) { return }
  Set-Mark ('R' + $step)
  $run.Noted = $true
  $name = [IO.Path]::GetFileName($path)
  $code = Start-Program $path $arguments
  if ($null -eq $code) { Stop-Failed ('' + $name + ' could not be started.') }
  $run.Code = ' code=' + $code
  if ($later) {
    $run.Started = $true
    Write-Line ('The program was started and ended with code ' + $code + '. Run this file with -Verify later to see whether it has worked.')
    return
  }
  if ($code -ne 0) { Stop-Run 'failed' ('' + $name + ' ended with code ' + $code + ', which is an error.') }
  Write-Line ('  ' + $name + ' ended with code ' + $code + '.')
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

# Opens the last run of this script that changed something and is not undone.
function Open-LastRun {
  $folder = Get-LastRun
  if ($folder -eq '') { Stop-Run 'nothing-to-do' 'No run of this script is left to undo. There is nothing to do.' }
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
  if (-not $same) { Stop-Run 'refused' ('Somebody else has changed ' + $target.Name + ' since. It is left as it is, and nothing was put back.') }
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
  if (-not (Test-Same $now.Lines $saved.Lines)) { Stop-Run 'failed' ('' + $target.Name + ' could not be put back. Its export is in the folder of the run.') }
  Write-Line ('  ' + $target.Name + ' is as it was.')
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
    Write-Line ('The script met an error of its host: ' + $_.Exception.Message + ' If anything was changed, run this file with -Undo.')
  }
  $run.Lock.Close()
}

# Takes back what a run has changed that failed.
function Restore-All {
  try {
    Invoke-Back
    foreach ($n in $run.Target.Keys) { Remove-Mark ('T' + $n) }
    $run.Status = 'rolled-back'
    Write-Line 'What was changed was put back.'
  } catch {
    $run.Torn = $true
    $run.Status = 'failed'
    Write-Line 'What was changed could not all be put back. Run this file with -Undo, or import the exports in the folder of the run.'
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
    Write-Line 'What the last run changed is as it was before.'
  }
}

Invoke-Fixdesk @('')
