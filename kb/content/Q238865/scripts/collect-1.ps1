# Fixdesk: collect, stage 1 of 1. From article Q238865, tree 01234567.
# Find out on the computer itself what is still open, and change nothing.
#
#  1 reads    Print what this computer can say about base_version, client_os, client_sites, process.
#  2 person   Put what the script prints into the next report, from the line with FIXDESK-FACTS to the one with
#       FIXDESK-END.
#  3 person   Restart the client once if it hangs, and say in the report whether that helped.
#
# Never run by us: read it, and try it on one computer first.
# Give the computers with -ComputerName A,B. Without -Apply, -Verify or -Undo it only shows what it would do.
# It wants the remote registry and remote service control of the computers, and an administrator of them.
# -Undo: nothing of it can be undone by a script, and it says so.
# Backup and log go to FIXDESK in the program data of this workstation, each time under a new number.
# Exit codes: 10 ok, 11 nothing to do, 12 refused, 13 failed, 14 rolled back: the worst of all computers.
param([string[]]$ComputerName = @($env:COMPUTERNAME), [switch]$Apply, [switch]$Verify, [switch]$Undo)
$ErrorActionPreference = 'Stop'
$result = 'FIXDESK-RESULT v=1 fix=collect script=8fc043b7'
$firstStep = 1
$kept = @()

function Invoke-Steps($c) {
  $c.Step = 1
  Write-Step $c 1 'reads' 'Print what this computer can say about base_version, client_os, client_sites, process.'
  Write-Host ('FIXDESK-FACTS v=1 computer=' + $c.Name)
  Write-Windows $c
  Write-Sites $c 'SOFTWARE\Microsoft\SMS\Client\Sites\Shared'
  Write-Sites $c 'SOFTWARE\Microsoft\SMS\Client\InstalledSites'
  Write-Evidence $c 'Ccim32.log' 'out of sync with offer file version'
  Write-Evidence $c 'Ccim32.log' 'The CAP base release'
  Write-Evidence $c 'Ccim32.log' 'could not find a site CAP with uplevel'
  Write-Evidence $c 'Ccim32.log' 'does not exist any longer'
  Write-Evidence $c 'Ccim32.log' 'Unable to check assignment for site'
  Write-Evidence $c 'Ccim32.log' 'could not read files from site'
  Write-Evidence $c 'Ccim32.log' 'Client core file version'
  Write-Evidence $c 'Clicore.log' 'Base client files are version'
  Write-Evidence $c 'Clicore.log' 'Current clibase version is'
  Write-Evidence $c 'Smsapm32.log' 'Unable to connect to CAP to test'
  Write-Evidence $c 'Smsmon32.log' 'IPC_CS_MESSG_REQUEST_PROGRAM_CAPICON'
  Write-Evidence $c 'Wn_logon.log' 'Site Key #'
  Write-Evidence $c 'Wn_logon.log' 'Site Value #'
  Write-Evidence $c 'Wn_logon.log' 'No COMPVER.INI found for site'
  Write-Evidence $c 'Wn_logon.log' 'Client deinstall flag set'
  Write-Evidence $c 'Wnmanual.log' 'Client deinstall flag set'
  Write-Host 'FIXDESK-END'
  $c.Step = 2
  Write-Step $c 2 'person' 'Put what the script prints into the next report, from the line with FIXDESK-FACTS to the one with FIXDESK-END.'
  $c.Step = 3
  Write-Step $c 3 'person' 'Restart the client once if it hangs, and say in the report whether that helped.'
  $c.Status = 'ok'
}
function Invoke-Verify($c) {
  $c.Status = 'ok'
  if ($mode -eq 'verify') { Exit-Steps $c 'nothing-to-do' 'Nothing of it can be looked at by a script.' }
}
function Invoke-Undo($c) {
  Exit-Steps $c 'refused' 'Nothing of this stage can be undone by a script.'
}

# From here on every script of this kind is the same.

function Write-Line($c, $text) {
  Write-Host ($c.Name + ': ' + $text)
  if ($c.Run -ne '') { Add-Content -LiteralPath (Join-Path $c.Run 'log.txt') -Value $text }
}

function Write-Step($c, $number, $effect, $does) {
  Write-Line $c ('step ' + $number + ' ' + $effect + ': ' + $does)
}

function Exit-Steps($c, $status, $why) {
  $c.Status = $status
  Write-Line $c $why
}

# Ends the steps after a way back, which was whole or was not. Where it was not, the run stays open, so that undo comes first.
function Exit-Back($c, $whole, $why) {
  if ($whole) {
    Remove-Mark $c 'changed'
    Exit-Steps $c 'rolled-back' ($why + ' Everything is put back.')
  } else {
    $c.Torn = $true
    Exit-Steps $c 'failed' ($why + ' It could not be put back. The backup is in the folder of the run. Run this file with -Undo when the reason is gone.')
  }
}

# The folder of the runs, on this workstation: one folder for each run and computer.

function Get-LastRun($c) {
  $last = ''
  if (-not (Test-Path -LiteralPath $hold)) { return $last }
  foreach ($n in 1..999) {
    $folder = Join-Path $hold ('{0:d3}' -f $n)
    if (Test-Path -LiteralPath (Join-Path $folder ($c.Name + '.' + $id))) {
      if (-not (Test-Path -LiteralPath (Join-Path $folder 'undone.id'))) { $last = $folder }
    }
  }
  return $last
}

function Test-Broken($c) {
  $last = Get-LastRun $c
  if ($last -eq '') { return $false }
  return ((Test-Path -LiteralPath (Join-Path $last 'open.id')) -or (Test-Path -LiteralPath (Join-Path $last 'undoing.id')))
}

function Open-LastRun($c) {
  $c.Run = Get-LastRun $c
  return ($c.Run -ne '')
}

function New-Run($c) {
  if ($c.Run -ne '') { return $true }
  [void](New-Item -ItemType Directory -Force -Path $hold)
  $free = 1
  foreach ($n in 1..999) {
    if (Test-Path -LiteralPath (Join-Path $hold ('{0:d3}' -f $n))) { $free = $n + 1 }
  }
  if ($free -gt 999) { return $false }
  $folder = Join-Path $hold ('{0:d3}' -f $free)
  [void](New-Item -ItemType Directory -Path $folder)
  $c.Run = $folder
  Set-Mark $c 'open'
  Set-Content -LiteralPath (Join-Path $folder ($c.Name + '.' + $id)) -Value 'x'
  Write-Line $c ('  backup and log: ' + $folder)
  return (Test-Path -LiteralPath (Join-Path $folder 'open.id'))
}

function Set-Mark($c, $what) {
  Set-Content -LiteralPath (Join-Path $c.Run ($what + '.id')) -Value 'x'
}

function Remove-Mark($c, $what) {
  if (Test-Mark $c $what) { Remove-Item -LiteralPath (Join-Path $c.Run ($what + '.id')) }
}

function Test-Mark($c, $what) {
  return (Test-Path -LiteralPath (Join-Path $c.Run ($what + '.id')))
}

# The registry of the other computer.

function Open-Key($c, $path, $write) {
  return $c.Hive.OpenSubKey($path, $write)
}

function Test-Key($c, $path) {
  $key = Open-Key $c $path $false
  if ($key -eq $null) { return $false }
  $key.Close()
  return $true
}

function Test-Rights($c) {
  try {
    $key = $c.Hive.OpenSubKey('SOFTWARE\Microsoft', $true)
    if ($key -eq $null) { return $false }
    $key.Close()
    return $true
  } catch {
    return $false
  }
}

function Get-FirstKey($c, $paths) {
  foreach ($path in $paths) {
    if (Test-Key $c $path) { return $path }
  }
  return ''
}

function Get-Text($c, $path, $name) {
  $key = Open-Key $c $path $false
  if ($key -eq $null) { return '' }
  $text = $key.GetValue($name, '')
  $key.Close()
  return [string]$text
}

# How an entry is kept: as a subkey, as a value, as the data of a value, in a list. Several can be true.
function Get-Kind($c, $path, $name) {
  $kind = ''
  $key = Open-Key $c $path $false
  if (@($key.GetSubKeyNames()) -contains $name) { $kind = $kind + ' subkey' }
  foreach ($value in $key.GetValueNames()) {
    $data = $key.GetValue($value)
    if ($value -eq $name) {
      $kind = $kind + ' value'
    } elseif ($value -ne '') {
      if (($data -is [string[]]) -and ($data -contains $name)) { $kind = $kind + ' list' }
      if (($data -is [string]) -and ($data -eq $name)) { $kind = $kind + ' string' }
    }
  }
  $key.Close()
  return $kind.Trim()
}

# How many entries of the key are none of these names.
function Get-OtherCount($c, $path, $names) {
  $count = 0
  $key = Open-Key $c $path $false
  foreach ($sub in $key.GetSubKeyNames()) {
    if ($names -notcontains $sub) { $count = $count + 1 }
  }
  foreach ($value in $key.GetValueNames()) {
    $data = $key.GetValue($value)
    if ($data -is [string[]]) {
      foreach ($part in $data) {
        if ($names -notcontains $part) { $count = $count + 1 }
      }
    } elseif (($value -ne '') -and ($names -notcontains $value) -and ($names -notcontains [string]$data)) {
      $count = $count + 1
    }
  }
  $key.Close()
  return $count
}

# A key with all that is below it, as data that can be written to a file and put back.
function Read-Tree($c, $path) {
  $key = Open-Key $c $path $false
  if ($key -eq $null) { return $null }
  $values = @()
  foreach ($value in $key.GetValueNames()) {
    $data = $key.GetValue($value, $null, 'DoNotExpandEnvironmentNames')
    $values = $values + @(@{ Name = $value; Kind = [string]$key.GetValueKind($value); Data = $data })
  }
  $subs = @{}
  foreach ($sub in $key.GetSubKeyNames()) {
    $subs[$sub] = Read-Tree $c ($path + '\' + $sub)
  }
  $key.Close()
  return @{ Values = $values; Subs = $subs }
}

function Write-Tree($c, $path, $tree) {
  $key = $c.Hive.CreateSubKey($path)
  foreach ($value in $tree.Values) {
    Write-Value $key $value
  }
  $key.Close()
  foreach ($sub in $tree.Subs.Keys) {
    Write-Tree $c ($path + '\' + $sub) $tree.Subs[$sub]
  }
}

# What a file brings back has lost its exact type: a list is a list of strings again, bytes are bytes.
function Write-Value($key, $value) {
  $data = $value.Data
  if ($value.Kind -eq 'MultiString') { $data = [string[]]@($data) }
  if ($value.Kind -eq 'Binary') { $data = [byte[]]@($data) }
  $key.SetValue($value.Name, $data, [Microsoft.Win32.RegistryValueKind]$value.Kind)
}

function Save-Data($c, $file, $data) {
  $name = Join-Path $c.Run ($file + '.xml')
  if (Test-Path -LiteralPath $name) { return $false }
  Export-Clixml -LiteralPath $name -InputObject $data -Depth 40
  if (-not (Test-Path -LiteralPath $name)) { return $false }
  return ((Get-Item -LiteralPath $name).Length -gt 0)
}

function Read-Data($c, $file) {
  $name = Join-Path $c.Run ($file + '.xml')
  if (-not (Test-Path -LiteralPath $name)) { return $null }
  return (Import-Clixml -LiteralPath $name)
}

# Saves those of the keys that are there, each of them whole. None of them being there is a failure, unless they may be missing.
function Save-Key($c, $file, $paths, $mayMiss) {
  $saved = $mayMiss
  $whole = $true
  $n = 0
  foreach ($path in $paths) {
    $n = $n + 1
    $tree = Read-Tree $c $path
    if ($tree -ne $null) {
      $saved = $true
      if (-not (Save-Data $c ($file + '-' + $n) $tree)) { $whole = $false }
    }
  }
  return ($saved -and $whole)
}

function Save-Entry($c, $file, $path, $name) {
  $key = Open-Key $c $path $false
  $values = @()
  foreach ($value in $key.GetValueNames()) {
    $data = $key.GetValue($value, $null, 'DoNotExpandEnvironmentNames')
    $own = ($value -eq $name)
    if (($value -ne '') -and ($data -is [string[]]) -and ($data -contains $name)) { $own = $true }
    if (($value -ne '') -and ($data -is [string]) -and ($data -eq $name)) { $own = $true }
    if ($own) { $values = $values + @(@{ Name = $value; Kind = [string]$key.GetValueKind($value); Data = $data }) }
  }
  $key.Close()
  $tree = Read-Tree $c ($path + '\' + $name)
  return (Save-Data $c $file @{ Path = $path; Name = $name; Values = $values; Tree = $tree })
}

# Everything in the key but one entry, as one text: what must be the same before and after.
function Get-Others($c, $path, $name) {
  $lines = @()
  $key = Open-Key $c $path $false
  foreach ($value in $key.GetValueNames()) {
    $data = $key.GetValue($value)
    if ($data -is [string[]]) {
      $rest = @()
      foreach ($part in $data) {
        if ($part -ne $name) { $rest = $rest + @($part) }
      }
      $data = $rest -join ','
    }
    if (($value -ne $name) -and (($value -eq '') -or ([string]$data -ne $name))) { $lines = $lines + @($value + '=' + [string]$data) }
  }
  foreach ($sub in $key.GetSubKeyNames()) {
    if ($sub -ne $name) { $lines = $lines + @($sub + ' ' + (Get-Others $c ($path + '\' + $sub) '')) }
  }
  $key.Close()
  return (($lines | Sort-Object) -join [string][char]10)
}

function Remove-Entry($c, $file, $path, $name) {
  $before = Get-Others $c $path $name
  Set-Mark $c 'changed'
  Set-Mark $c $file
  $key = Open-Key $c $path $true
  if (@($key.GetSubKeyNames()) -contains $name) { $key.DeleteSubKeyTree($name) }
  foreach ($value in $key.GetValueNames()) {
    $data = $key.GetValue($value)
    if ($value -eq $name) {
      $key.DeleteValue($value)
    } elseif ($value -ne '') {
      if (($data -is [string]) -and ($data -eq $name)) { $key.DeleteValue($value) }
      if (($data -is [string[]]) -and ($data -contains $name)) {
        $rest = @()
        foreach ($part in $data) {
          if ($part -ne $name) { $rest = $rest + @($part) }
        }
        $key.SetValue($value, [string[]]$rest, [Microsoft.Win32.RegistryValueKind]::MultiString)
      }
    }
  }
  $key.Close()
  $after = Get-Others $c $path $name
  [void](Save-Data $c ($file + '-after') @{ Text = $after })
  return (((Get-Kind $c $path $name) -eq '') -and ($after -eq $before))
}

function Test-ThereAgain($c, $file, $name) {
  if (-not (Test-Mark $c $file)) { return $false }
  $saved = Read-Data $c $file
  if ((Get-Kind $c $saved.Path $name) -eq '') { return $false }
  return (-not (Test-Mark $c 'open'))
}

function Test-KeyGone($c, $file) {
  if (-not (Test-Mark $c $file)) { return $false }
  $saved = Read-Data $c $file
  return (-not (Test-Key $c $saved.Path))
}

# Whether every part of an entry that was saved is there again: its subkey, and each value with its type and its data.
function Test-EntryBack($c, $file) {
  if (-not (Test-Mark $c $file)) { return $true }
  $saved = Read-Data $c $file
  if ($saved.Tree -ne $null) {
    if (-not (Test-Key $c ($saved.Path + '\' + $saved.Name))) { return $false }
  }
  $key = Open-Key $c $saved.Path $false
  if ($key -eq $null) { return $false }
  $back = $true
  foreach ($value in $saved.Values) {
    if (@($key.GetValueNames()) -notcontains $value.Name) {
      $back = $false
    } elseif ([string]$key.GetValueKind($value.Name) -ne $value.Kind) {
      $back = $false
    } else {
      $data = $key.GetValue($value.Name, $null, 'DoNotExpandEnvironmentNames')
      if ((@($data) -join [string][char]10) -ne (@($value.Data) -join [string][char]10)) { $back = $false }
    }
  }
  $key.Close()
  return $back
}

function Restore-Entry($c, $file) {
  if (-not (Test-Mark $c $file)) { return }
  $saved = Read-Data $c $file
  if ($saved.Tree -ne $null) { Write-Tree $c ($saved.Path + '\' + $saved.Name) $saved.Tree }
  $key = Open-Key $c $saved.Path $true
  foreach ($value in $saved.Values) {
    Write-Value $key $value
  }
  $key.Close()
}

# Whether a value is there and is no plain string: undo could not bring back what it was, so it is not written over.
function Test-Odd($c, $path, $name) {
  $key = Open-Key $c $path $false
  if ($key -eq $null) { return $false }
  $odd = $false
  if (@($key.GetValueNames()) -contains $name) { $odd = ([string]$key.GetValueKind($name) -ne 'String') }
  $key.Close()
  return $odd
}

function Set-Text($c, $file, $path, $name, $text) {
  if (Test-Odd $c $path $name) { return $false }
  $key = Open-Key $c $path $true
  if ($key -eq $null) { return $false }
  $there = (@($key.GetValueNames()) -contains $name)
  if (-not (Save-Data $c $file @{ Path = $path; Name = $name; There = $there; Text = (Get-Text $c $path $name) })) {
    $key.Close()
    return $false
  }
  Set-Mark $c 'changed'
  Set-Mark $c $file
  $key.SetValue($name, $text, [Microsoft.Win32.RegistryValueKind]::String)
  $key.Close()
  if (Test-Odd $c $path $name) { return $false }
  return ((Get-Text $c $path $name) -eq $text)
}

# Whether a value is not what this script wrote. A run that was cut off may not have come to write it.
function Test-TextChanged($c, $file, $text) {
  if (-not (Test-Mark $c $file)) { return $false }
  $saved = Read-Data $c $file
  if (Test-Odd $c $saved.Path $saved.Name) { return $true }
  $now = Get-Text $c $saved.Path $saved.Name
  if ($now -eq $text) { return $false }
  if ((Test-Mark $c 'open') -and ($now -eq $saved.Text)) { return $false }
  return $true
}

function Test-TextBack($c, $file) {
  if (-not (Test-Mark $c $file)) { return $true }
  $saved = Read-Data $c $file
  if (Test-Odd $c $saved.Path $saved.Name) { return $false }
  return ((Get-Text $c $saved.Path $saved.Name) -eq $saved.Text)
}

function Restore-Text($c, $file) {
  if (-not (Test-Mark $c $file)) { return }
  $saved = Read-Data $c $file
  $key = Open-Key $c $saved.Path $true
  if ($saved.There) {
    $key.SetValue($saved.Name, $saved.Text, [Microsoft.Win32.RegistryValueKind]::String)
  } else {
    $key.DeleteValue($saved.Name, $false)
  }
  $key.Close()
}

# The services of the other computer, by sc, which speaks to Windows NT 4.0 too.

function Find-Service($c, $service) {
  foreach ($name in $service.Split('|')) {
    $out = (& sc.exe ('\\' + $c.Name) query $name) -join ' '
    if ($LASTEXITCODE -eq 0) { return $name }
  }
  return ''
}

function Test-Running($c, $name) {
  $out = (& sc.exe ('\\' + $c.Name) query $name) -join ' '
  return ($out -match 'RUNNING')
}

function Stop-One($c, $service) {
  $name = Find-Service $c $service
  if ($name -eq '') { return $true }
  if (-not (Test-Running $c $name)) { return $true }
  Set-Mark $c ($service.Split('|')[1])
  [void](& sc.exe ('\\' + $c.Name) stop $name)
  $try = 0
  while ((Get-State $c $name) -ne 'STOPPED') {
    $try = $try + 1
    if ($try -gt 15) { return $false }
    Start-Sleep -Seconds 2
  }
  return $true
}

function Get-State($c, $name) {
  $out = (& sc.exe ('\\' + $c.Name) query $name) -join ' '
  if ($out -match 'STATE\s*:\s*\d+\s+([A-Z_]+)') { return $Matches[1] }
  return ''
}

function Start-One($c, $service) {
  if ($c.Run -eq '') { return }
  if (-not (Test-Mark $c ($service.Split('|')[1]))) { return }
  $name = Find-Service $c $service
  $try = 0
  while (-not (Test-Running $c $name)) {
    if ((Get-State $c $name) -eq 'STOPPED') { [void](& sc.exe ('\\' + $c.Name) start $name) }
    $try = $try + 1
    if ($try -gt 15) {
      $c.Down = $service.Split('|')[0]
      return
    }
    Start-Sleep -Seconds 2
  }
  Remove-Mark $c ($service.Split('|')[1])
}

function Test-Traces($c, $list) {
  foreach ($item in $list) {
    $part = $item.Split('|')
    if ($part[0] -eq 's') {
      if ((Find-Service $c ($part[1] + '|' + $part[2])) -ne '') { return $true }
    }
    if ($part[0] -eq 'f') {
      if (Test-Path -LiteralPath ('\\' + $c.Name + '\admin$\' + $part[1])) { return $true }
    }
    if ($part[0] -eq 'k') {
      if (Test-Key $c $part[1]) { return $true }
    }
  }
  return $false
}

# Facts for the next report.

function Write-Windows($c) {
  $version = Get-Text $c 'SOFTWARE\Microsoft\Windows NT\CurrentVersion' 'CurrentVersion'
  if ($version.StartsWith('3.5')) { Write-Host 'client_os=nt351' }
  if ($version -eq '4.0') { Write-Host 'client_os=nt4' }
  if ($version -eq '5.0') { Write-Host 'client_os=win2000' }
  if ($version -eq '5.1') { Write-Host 'client_os=xp' }
}

function Write-Sites($c, $path) {
  $key = Open-Key $c $path $false
  if ($key -eq $null) { return }
  foreach ($sub in $key.GetSubKeyNames()) { Write-Host ('client_sites=' + $sub) }
  $key.Close()
}

function Write-Evidence($c, $file, $words) {
  $name = '\\' + $c.Name + '\admin$\MS\SMS\Logs\' + $file
  if (-not (Test-Path -LiteralPath $name)) { return }
  foreach ($line in Get-Content -LiteralPath $name) {
    if ($line.Contains($words)) { Write-Host $line }
  }
}

# One computer after the other. One that cannot be reached is listed as refused and not passed over.

$mode = 'show'
if ($Undo) { $mode = 'undo' }
if ($Verify) { $mode = 'verify' }
if ($Apply) { $mode = 'apply' }
$id = $result.Substring($result.Length - 8)
$hold = Join-Path $env:ProgramData 'FIXDESK'
$ranks = @{ 'ok' = 0; 'nothing-to-do' = 1; 'refused' = 2; 'rolled-back' = 3; 'failed' = 4 }
$codes = @{ 'ok' = 10; 'nothing-to-do' = 11; 'refused' = 12; 'failed' = 13; 'rolled-back' = 14 }
$worst = 'ok'
$worstStep = $firstStep
foreach ($name in $ComputerName) {
  $c = @{ Name = $name.ToUpper(); Hive = $null; Run = ''; Step = $firstStep; Status = 'failed'; Found = $false; Down = ''; Torn = $false }
  try {
    if ($name -notmatch '^[A-Za-z0-9][A-Za-z0-9-]{0,14}$') { throw 'this is no name of a computer' }
    $c.Hive = [Microsoft.Win32.RegistryKey]::OpenRemoteBaseKey([Microsoft.Win32.RegistryHive]::LocalMachine, $c.Name)
  } catch {
    $c.Status = 'refused'
    Write-Host ($c.Name + ': not reached. ' + $_.Exception.Message)
  }
  if ($c.Hive -ne $null) {
    try {
      if ($mode -eq 'verify') {
        Invoke-Verify $c
      } elseif ($mode -eq 'undo') {
        Invoke-Undo $c
      } else {
        Invoke-Steps $c
      }
    } catch {
      $c.Status = 'failed'
      $c.Torn = $true
      Write-Host ($c.Name + ': ' + $_.Exception.Message + ' If anything was changed, run this file with -Undo.')
    }
    try {
      foreach ($service in $kept) { Start-One $c $service }
      if ($c.Down -ne '') {
        $c.Status = 'failed'
        Write-Line $c ($c.Down + ' could not be started again.')
      }
      if (($c.Run -ne '') -and ($mode -ne 'undo') -and -not $c.Torn) { Remove-Mark $c 'open' }
    } catch {
      $c.Status = 'failed'
      Write-Host ($c.Name + ': ' + $_.Exception.Message)
    }
  }
  $line = $result + ' mode=' + $mode + ' status=' + $c.Status + ' step=' + $c.Step
  Write-Line $c $line
  if ($ranks[$c.Status] -gt $ranks[$worst]) {
    $worst = $c.Status
    $worstStep = $c.Step
  }
}
Write-Host ($result + ' mode=' + $mode + ' status=' + $worst + ' step=' + $worstStep)
exit $codes[$worst]
