# WHAT THIS IS
# Fixdesk: reinstall-orphan, stage 1 of 2. From article Q238865, tree 01234567.
# Remove the client whose only site no longer exists, and install it into a site that does.
# Not certain: The article speaks of a client that belongs to more than one site. A client without a site is
# left, so deleting the code alone would leave it without any.
# Not certain: Do not remove it with smsman, which needs the site. 20CLICLN.BAT needs none.
# Not certain: The articles know this case from other causes, so take the diagnosis as likely and not as
# certain.
#
# Never executed by its makers: read it, and try it on one computer first.
# Run it as an administrator: powershell -ExecutionPolicy Bypass -File reinstall-orphan-1.ps1
# Without an argument it only shows what it would do.
# -apply -Folder FOLDER does it, -verify checks whether it is done.
# -undo: nothing of it can be undone by a script, and it says so.
# FOLDER is the folder that holds 20CLICLN.BAT, HAMMER.EXE, KILL.EXE, SETEVNT.EXE.
# Backup and log go to the folder FIXDESK of Windows, each time under a new number from 001 to 999.
# -WhatIf prints each change and makes none; -Confirm asks before each.
[CmdletBinding(SupportsShouldProcess = $true, ConfirmImpact = 'Medium', DefaultParameterSetName = 'show')]
param([Parameter(ParameterSetName = 'apply')][switch]$Apply, [Parameter(ParameterSetName = 'verify')][switch]$Verify,
  [Parameter(ParameterSetName = 'undo')][switch]$Undo, [string]$Folder = '')
$ErrorActionPreference = 'Stop'

# THE PLAN
$result = 'FIXDESK-RESULT v=1 fix=reinstall-orphan script=5228b676'
$firstStep = 1
$view = ''
$services = @()
function Set-Targets {
}
function Invoke-Begin {
  Assert-Windows
  Assert-Registry
  Assert-Folder @('20CLICLN.BAT', 'HAMMER.EXE', 'KILL.EXE', 'SETEVNT.EXE') $false
  Lock-Computer
}
function Invoke-Steps {
  Write-Step 1 'reads' 'Stop unless this is Windows NT 4.0, 2000 or later.'
  Write-Step 2 'reads' 'Stop unless this user may change this computer as an administrator.'
  Assert-Rights @()
  Write-Step 3 'reads' 'Look whether it is installed: the service SMS Client Service, MS\SMS\Core\Bin\Clisvcl.exe.'
  Find-Traces @('clisvc') @('MS\SMS\Core\Bin\Clisvcl.exe') @()
  Stop-If (Test-NoTrace) 'nothing-to-do' 'It is not installed on this computer. There is nothing to do.'
  Write-Step 4 'reads' 'Export HKLM\SOFTWARE\Microsoft\SMS\Client to a new file.'
  New-Run $true
  Export-Keys 4 @('HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\SMS\Client') 'refused'
  Write-Step 5 'changes' 'Run 20CLICLN.BAT from the folder given to the script, with Hammer.exe, Kill.exe and SetEvnt.exe beside it: 15 to 20 minutes.'
  Invoke-Program 5 ((Get-Folder 'given') + '\' + '20CLICLN.BAT') '' $true
}
function Invoke-Looks {
  Write-Step 6 'reads' 'Look later that these are no longer there: the service SMS Client Service, MS\SMS\Core\Bin\Clisvcl.exe.'
  Find-TracesLater @('clisvc') @('MS\SMS\Core\Bin\Clisvcl.exe') @()
  Stop-Later (Test-Trace) 'failed' 'It is still there. The computer may have to be restarted first.'
  Write-Step 7 'person' 'Restart the computer.'
  Write-Hint
}
function Invoke-Guards {
  Stop-Run 'refused' 'Nothing of it can be undone by a script.'
}
function Invoke-Back {
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

function Split-Bytes($text) {
  $at = 0
  while ($at -lt $text.Length) {
    [Convert]::ToByte($text.Substring($at, 2), 16)
    $at = $at + 2
  }
}

function Join-Key($base, $word) {
  if ($word -eq '') { return $base }
  return ($base + '\' + (ConvertFrom-Word $word))
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
