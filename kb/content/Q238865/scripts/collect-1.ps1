# WHAT THIS IS
# Fixdesk: collect, stage 1 of 1. From article Q238865, tree 01234567.
# Find out on the computer itself what is still open, and change nothing.
#
# Never executed by its makers: read it, and try it on one computer first.
# Run it as an administrator: powershell -ExecutionPolicy Bypass -File collect-1.ps1
# Without an argument it only shows what it would do.
# -apply does it, -verify checks whether it is done.
# -undo: nothing of it can be undone by a script, and it says so.
# -WhatIf prints each change and makes none; -Confirm asks before each.
# -ComputerName A,B does the same on other computers. It wants their remote registry, remote service control and
# admin$.
[CmdletBinding(SupportsShouldProcess = $true, ConfirmImpact = 'Medium', DefaultParameterSetName = 'show')]
param([Parameter(ParameterSetName = 'apply')][switch]$Apply, [Parameter(ParameterSetName = 'verify')][switch]$Verify,
  [Parameter(ParameterSetName = 'undo')][switch]$Undo, [string[]]$ComputerName = @(''))
$ErrorActionPreference = 'Stop'

# THE PLAN
$result = 'FIXDESK-RESULT v=1 fix=collect script=a29ff2a0'
$firstStep = 1
$view = ''
function Set-Targets {
}
function Invoke-Begin {
}
function Invoke-Steps {
  Write-Step 1 'reads' 'Print what this computer can say about base_version, client_os, client_sites, process.'
  Write-Facts
  Write-Windows
  Write-Sites 'HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\SMS\Client\Sites\Shared'
  Write-Sites 'HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\SMS\Client\InstalledSites'
  Write-Evidence 'Ccim32.log' 'out of sync with offer file version'
  Write-Evidence 'Ccim32.log' 'The CAP base release'
  Write-Evidence 'Ccim32.log' 'could not find a site CAP with uplevel'
  Write-Evidence 'Ccim32.log' 'does not exist any longer'
  Write-Evidence 'Ccim32.log' 'Unable to check assignment for site'
  Write-Evidence 'Ccim32.log' 'could not read files from site'
  Write-Evidence 'Ccim32.log' 'Client core file version'
  Write-Evidence 'Clicore.log' 'Base client files are version'
  Write-Evidence 'Clicore.log' 'Current clibase version is'
  Write-Evidence 'Smsapm32.log' 'Unable to connect to CAP to test'
  Write-Evidence 'Smsmon32.log' 'IPC_CS_MESSG_REQUEST_PROGRAM_CAPICON'
  Write-Evidence 'Wn_logon.log' 'Site Key #'
  Write-Evidence 'Wn_logon.log' 'Site Value #'
  Write-Evidence 'Wn_logon.log' 'No COMPVER.INI found for site'
  Write-Evidence 'Wn_logon.log' 'Client deinstall flag set'
  Write-Evidence 'Wnmanual.log' 'Client deinstall flag set'
  Write-FactsEnd
}
function Invoke-Looks {
  Write-Step 2 'person' 'Put what the script prints into the next report, from the line with FIXDESK-FACTS to the one with FIXDESK-END.'
  Write-Step 3 'person' 'Restart the client once if it hangs, and say in the report whether that helped.'
  Stop-Run 'nothing-to-do' 'Nothing of it can be looked at by a script.'
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

# Ends the run.
function Stop-Run($status, $why) {
  $run.Status = $status
  $run.Halted = $true
  Write-Line $why
  throw $why
}

# Ends the run after an error that no routine has foreseen: what cannot be looked at is refused.
function Set-Error($caught) {
  if ($run.Halted) { return }
  $run.Status = 'refused'
  if ($run.Noted) { $run.Status = 'failed' }
  Write-Line ('The script met an error of its host: ' + $caught.Exception.Message + ' If anything was changed, run this file with -Undo.')
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

Invoke-Fixdesk $ComputerName
