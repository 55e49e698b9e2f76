# WHAT THIS IS
# Fixdesk: edit-smsls, stage 1 of 1. From article Q238780, tree 01234567.
# Switch the SMS logon script off with its first line.
# Not certain: The articles take it for granted that SMSLS.BAT has a label END. The script looks for it, and
# leaves the file alone where it is missing.
#
# Never executed by its makers: read it, and try it on one computer first.
# Run it as an administrator: powershell -ExecutionPolicy Bypass -File edit-smsls-1.ps1
# Without an argument it only shows what it would do.
# -apply -Folder FOLDER does it, -verify -Folder FOLDER checks whether it is done.
# -undo -Folder FOLDER puts back what this script removed or changed, unless somebody else has changed it since.
# FOLDER is the folder that holds SMSLS.BAT.
# Backup and log go to the folder FIXDESK of Windows, each time under a new number from 001 to 999.
# -WhatIf prints each change and makes none; -Confirm asks before each.
[CmdletBinding(SupportsShouldProcess = $true, ConfirmImpact = 'Medium', DefaultParameterSetName = 'show')]
param([Parameter(ParameterSetName = 'apply')][switch]$Apply, [Parameter(ParameterSetName = 'verify')][switch]$Verify,
  [Parameter(ParameterSetName = 'undo')][switch]$Undo, [string]$Folder = '')
$ErrorActionPreference = 'Stop'

# THE PLAN
$result = 'FIXDESK-RESULT v=1 fix=edit-smsls script=efaba6a1'
$firstStep = 1
$view = ''
$services = @()
function Set-Targets {
  $run.Target[1] = New-Line 'given' 'SMSLS.BAT' 'GOTO END' 'END' '' ''
}
function Invoke-Begin {
  Assert-Windows
  Assert-Folder @('SMSLS.BAT') $true
  Lock-Computer
  Assert-NoneOpen
}
function Invoke-Steps {
  Write-Step 1 'reads' 'Stop unless this is Windows NT 4.0, 2000 or later.'
  Write-Step 2 'reads' 'Stop unless this user may change this computer as an administrator.'
  Assert-Rights @(1)
  Write-Step 3 'reads' 'Copy SMSLS.BAT to a new file.'
  Find-Target 1
  Stop-If (Test-Odd @(1)) 'refused' 'The file could not be read, or it has no such label to jump to. Nothing was changed.'
  Stop-If (Test-Done @(1)) 'nothing-to-do' 'It is so already. There is nothing to do.'
  New-Run $false
  Save-Target 1
  Write-Step 4 'changes' 'Write GOTO END before the first line of SMSLS.BAT, once, where it has a label :END.'
  Add-Note 1
  Set-Target 1
  Compare-Target 1 $false
}
function Invoke-Looks {
  Write-Step 5 'reads' 'Look again: the first line of SMSLS.BAT is GOTO END.'
  Compare-Target 1 $false
  Write-Step 6 'person' 'Do the same with each copy of SMSLS.BAT that a logon script calls, at all sites.'
  Write-Hint
}
function Invoke-Guards {
  Assert-Rights @(1)
  Open-LastRun
  Assert-Unchanged 1
  Restart-Run
}
function Invoke-Back {
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

# What a line is about: a key, or a value by its name.
function Get-Place($line) {
  $part = $line.Split(' ')
  if ($part[0] -eq 'key') { return $line }
  return ('value ' + $part[1] + ' ' + $part[2])
}

function New-State($key) {
  return @{ Key = $key; Note = ''; Parent = $key; Leaf = ''; Lines = @(); Forms = @(); Odd = $false; Text = '' }
}

function New-Target($name, $look, $after, $put, $rights) {
  return @{ Name = $name; Look = $look; After = $after; Put = $put; Rights = $rights; State = $null; Paths = @(); Within = ''; Like = 0; Make = ''; Self = $false; Beside = @() }
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
  if (-not $written -or (Test-There $path)) { Stop-Run 'refused' ('This user may not change ' + $target.Path + '. Run this as an administrator. Nothing was changed.') }
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

function Remove-File($path) {
  [IO.File]::SetAttributes($path, 'Normal')
  [IO.File]::Delete($path)
}

function Get-File($target) {
  $state = New-State $target.Path
  if (Test-There $target.Path) {
    $state.Note = [string][int][IO.File]::GetAttributes($target.Path)
    $state.Lines = @('file ' + [Convert]::ToBase64String([IO.File]::ReadAllBytes($target.Path)))
  }
  return $state
}

function Set-File($target, $state, $now, $lines) {
  if (@($lines).Count -eq 0) {
    Remove-File $target.Path
    return
  }
  foreach ($line in $lines) { Write-Bytes $target.Path ([Convert]::FromBase64String($line.Split(' ')[1])) }
  if ((Test-Same $state.Lines $lines) -and ($state.Note -ne '')) { [IO.File]::SetAttributes($target.Path, [IO.FileAttributes][int]$state.Note) }
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

function Assert-Windows {
  if (-not (Test-Key 'HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows NT\CurrentVersion')) { Stop-Run 'refused' 'This is not Windows NT 4.0, 2000 or later. Nothing was done.' }
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

function Test-Odd($numbers) {
  foreach ($n in $numbers) {
    if (($null -ne $run.Target[$n].State) -and $run.Target[$n].State.Odd) { return $true }
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

function Set-Target($number) {
  Edit-Target $number 'Change'
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
