# SPDX-License-Identifier: Apache-2.0
# What Wine cannot show, tried on a real Windows: service life cycle, account rights, event log,
# reload under load, crash and minidump, Ctrl-Break, closing the console. From a console of an
# administrator, in a staged server's folder or with -Stage; needs curl.exe, which Windows has.
#   powershell -ExecutionPolicy Bypass -File tests\integration\windows.ps1 -Stage D:\tenon -Faulty D:\faulty
# Prints one line per fact, ends with the number of facts that failed. Not yet run.
param(
  [string]$Stage = (Get-Location).Path,
  [string]$Faulty = '', # folder of mod_badmod.dll; without it the crash is not tried
  [string]$Name = 'TenonTest',
  [int]$Port = 8089
)
$ErrorActionPreference = 'Stop'
$Tenon = Join-Path $Stage 'bin\tenon.exe'
$Data = Join-Path $env:ProgramData 'TenonTest'
$script:Failed = 0

function Check([string]$Fact, [bool]$Holds) {
  if (-not $Holds) { $script:Failed++ }
  Write-Host ('{0}  {1}' -f $(if ($Holds) { 'ok    ' } else { 'FAILED' }), $Fact)
}

function Wait-For([scriptblock]$Fact, [int]$Seconds = 20) {
  $until = (Get-Date).AddSeconds($Seconds)
  while ((Get-Date) -lt $until) {
    if (& $Fact) { return $true }
    Start-Sleep -Milliseconds 50
  }
  return [bool](& $Fact)
}

# Native programs write to stderr; that alone is no failure.
function Run([string[]]$Words) {
  $ErrorActionPreference = 'Continue'
  & $Tenon @Words 2>&1 | ForEach-Object { Write-Verbose "$_" }
  return $LASTEXITCODE
}

function Status([string]$Path = '/') {
  $code = & curl.exe -s -o NUL -w '%{http_code}' --max-time 5 "http://127.0.0.1:$Port$Path"
  return [int]$code
}

function State { (Get-Service $Name -ErrorAction SilentlyContinue).Status }

function Events([int]$Id, [datetime]$Since) {
  Get-WinEvent -FilterHashtable @{ LogName = 'Application'; ProviderName = $Name; StartTime = $Since } `
    -ErrorAction SilentlyContinue | Where-Object { ($_.Id -band 0xFFFF) -eq $Id }
}

function Write-Config([string]$More = '', [string]$Modules = '"static", "hello"') {
  $toml = @"
[server]
listen = ["127.0.0.1:$Port"]
modules = [$Modules]
[[site]]
  [[site.route]]
  path = "/hello"
  handler = "hello"
$More
  [[site.route]]
  path = "/*"
  handler = "static"
  static.root = "htdocs"
"@
  New-Item -ItemType Directory -Force (Join-Path $Data 'config') | Out-Null
  [IO.File]::WriteAllText((Join-Path $Data 'config\tenon.toml'), $toml)
}

function Test-LifeCycle {
  Check 'install' ((Run @('-k', 'install', '-n', $Name, '-d', $Data)) -eq 0)
  Check 'a second install is refused' ((Run @('-k', 'install', '-n', $Name, '-d', $Data)) -eq 1)
  $service = Get-CimInstance Win32_Service -Filter "Name='$Name'"
  Check 'it has an account of its own' ($service.StartName -eq "NT SERVICE\$Name")
  Check 'its start is delayed' ($service.DelayedAutoStart)
  Check 'failures restart it' ([bool]((& sc.exe qfailure $Name) -match 'RESTART'))
  Check 'start' ((Run @('-k', 'start', '-n', $Name)) -eq 0)
  Check 'it runs' ((State) -eq 'Running')
  Check 'it serves' ((Status '/hello') -eq 200)
}

function Test-Rights {
  foreach ($folder in 'logs', 'run') {
    $rules = (Get-Acl (Join-Path $Data $folder)).Access |
      Where-Object { $_.IdentityReference -eq "NT SERVICE\$Name" }
    Check "the account may write to $folder" ([bool]($rules.FileSystemRights -match 'Modify|Write'))
  }
  foreach ($folder in 'config', 'htdocs') {
    $rules = (Get-Acl (Join-Path $Data $folder)).Access |
      Where-Object { $_.IdentityReference -eq "NT SERVICE\$Name" }
    Check "the account has no rights of its own on $folder" (-not $rules)
  }
  Check 'the log was written by that account' ((Get-Item (Join-Path $Data 'logs\error.log')).Length -gt 0)
}

# No request may fail while the service is reloaded five times, by both controls and the command.
function Test-Reload {
  $since = Get-Date
  $load = Start-Job -ArgumentList $Port {
    param($Port)
    $bad = 0
    1..400 | ForEach-Object {
      $code = & curl.exe -s -o NUL -w '%{http_code}' --max-time 10 "http://127.0.0.1:$Port/hello"
      if ($code -ne '200') { $bad++ }
    }
    $bad
  }
  foreach ($round in 1..5) {
    switch ($round % 3) {
      0 { Check "reload $round by PARAMCHANGE" ([bool]((& sc.exe control $Name paramchange) -match 'STATE')) }
      1 { Check "reload $round by 128" ([bool]((& sc.exe control $Name 128) -match 'STATE')) }
      2 { Check "reload $round by command" ((Run @('-k', 'graceful', '-n', $Name)) -eq 0) }
    }
  }
  Check 'no request failed' ((Receive-Job $load -Wait) -eq 0)
  Check 'event: reloaded' (Wait-For { [bool](Events 2 $since) })
  Write-Config 'nonsense = 1'
  Check 'a bad configuration is refused' ((Run @('-k', 'graceful', '-n', $Name)) -eq 2)
  Check 'event: reload refused' (Wait-For { [bool](Events 4 $since) })
  Check 'it goes on serving' ((Status '/hello') -eq 200)
  Write-Config
}

function Test-Crash {
  if (-not $Faulty) { return Write-Host 'skipped crash: no -Faulty' }
  $since = Get-Date
  $bad = (Join-Path $Faulty 'mod_badmod.dll').Replace('\', '/')
  Write-Config "  [[site.route]]`n  path = `"/bad`"`n  handler = `"badmod`"`n  badmod.how = `"stack_overflow`"" `
    "`"static`", `"hello`", `"$bad`""
  Check 'the module that crashes is loaded' ((Run @('-k', 'graceful', '-n', $Name)) -eq 0)
  Status '/bad' | Out-Null
  Check 'another child serves' (Wait-For { (Status '/hello') -eq 200 })
  Check 'event: crashed' (Wait-For { [bool](Events 5 $since) })
  Check 'a minidump is there' ((Get-ChildItem (Join-Path $Data 'run\dumps') -Filter *.dmp).Count -ge 1)
  Write-Config
  Check 'the module that crashes is gone' ((Run @('-k', 'graceful', '-n', $Name)) -eq 0)
}

# The service manager restarts a control process that was ended from outside.
function Test-FailureActions {
  $before = (Get-CimInstance Win32_Service -Filter "Name='$Name'").ProcessId
  Stop-Process -Id $before -Force
  Check 'the service manager starts it again' (Wait-For {
      $now = (Get-CimInstance Win32_Service -Filter "Name='$Name'").ProcessId
      $now -ne 0 -and $now -ne $before -and (Status '/hello') -eq 200
    } 90)
}

function Test-Stop {
  $since = Get-Date
  Check 'stop' ((Run @('-k', 'stop', '-n', $Name)) -eq 0)
  Check 'it has stopped' (Wait-For { (State) -eq 'Stopped' })
  Check 'event: stopped' (Wait-For { [bool](Events 3 $since) })
  Write-Config 'nonsense = 1'
  & sc.exe start $Name | Out-Null
  Check 'a bad configuration ends the start' (Wait-For { (State) -eq 'Stopped' })
  Check 'with service-specific code 2' (((& sc.exe query $Name) -join ' ') -match '1066.*SERVICE_EXIT_CODE\s*:\s*2')
  $event = Wait-For { [bool](Events 6 $since) }
  Check 'event: not started, with the finding' ($event -and (Events 6 $since)[0].Message -match 'nonsense')
  Write-Config
  Run @('-k', 'start', '-n', $Name) | Out-Null
  Check 'uninstall of a running service' ((Run @('-k', 'uninstall', '-n', $Name)) -eq 0)
  Check 'nothing is left of it' (-not (Get-Service $Name -ErrorAction SilentlyContinue))
}

# Ctrl-Break reloads and closing the console stops: both need a console of the server's own.
function Test-Console {
  $log = Join-Path $Data 'logs\error.log'
  # "conhost" for a console window of the classic kind, which WM_CLOSE closes.
  Start-Process conhost.exe -ArgumentList "`"$Tenon`" -d `"$Data`"" | Out-Null
  Check 'it serves in the foreground' (Wait-For { (Status '/hello') -eq 200 })
  $pids = (Get-CimInstance Win32_Process -Filter "Name='tenon.exe'" |
      Where-Object { $_.CommandLine -notmatch ' child ' -and $_.CommandLine -match 'TenonTest' }).ProcessId
  # In a process of its own, since whoever attaches loses the console it had.
  $send = @"
Add-Type -Namespace T -Name N -MemberDefinition '$((
      '[DllImport("kernel32.dll")] public static extern bool AttachConsole(uint p);',
      '[DllImport("kernel32.dll")] public static extern bool FreeConsole();',
      '[DllImport("kernel32.dll")] public static extern bool SetConsoleCtrlHandler(System.IntPtr h, bool a);',
      '[DllImport("kernel32.dll")] public static extern bool GenerateConsoleCtrlEvent(uint c, uint g);',
      '[DllImport("kernel32.dll")] public static extern System.IntPtr GetConsoleWindow();',
      '[DllImport("user32.dll")] public static extern bool PostMessage(System.IntPtr w, uint m, System.IntPtr a, System.IntPtr b);'
    ) -join ' ')'
[T.N]::FreeConsole() | Out-Null
[T.N]::AttachConsole($pids) | Out-Null
"@
  $before = @(Select-String -Path $log -Pattern 'ready generation=').Count
  Start-Process powershell -Wait -WindowStyle Hidden -ArgumentList '-NoProfile', '-EncodedCommand', `
    ([Convert]::ToBase64String([Text.Encoding]::Unicode.GetBytes(
        $send + "[T.N]::GenerateConsoleCtrlEvent(1, 0) | Out-Null")))
  Check 'Ctrl-Break reloads' (Wait-For { @(Select-String -Path $log -Pattern 'ready generation=').Count -gt $before })
  Start-Process powershell -WindowStyle Hidden -ArgumentList '-NoProfile', '-EncodedCommand', `
    ([Convert]::ToBase64String([Text.Encoding]::Unicode.GetBytes(
        $send + "[T.N]::PostMessage([T.N]::GetConsoleWindow(), 0x10, 0, 0) | Out-Null")))
  Check 'closing the console stops it' (Wait-For { -not (Get-Process -Id $pids -ErrorAction SilentlyContinue) })
  Check 'and its child' (Wait-For { -not (Get-NetTCPConnection -LocalPort $Port -State Listen -ErrorAction SilentlyContinue) })
}

New-Item -ItemType Directory -Force $Data | Out-Null
Copy-Item -Recurse -Force (Join-Path $Stage 'htdocs') $Data
Write-Config
try {
  $begin = Get-Date
  Test-LifeCycle
  Check 'event: started' (Wait-For { [bool](Events 1 $begin) })
  Test-Rights
  Test-Reload
  Test-Crash
  Test-FailureActions
  Test-Stop
  Test-Console
} finally {
  if (Get-Service $Name -ErrorAction SilentlyContinue) { Run @('-k', 'uninstall', '-n', $Name) | Out-Null }
  Remove-Item -Recurse -Force $Data -ErrorAction SilentlyContinue
}
Write-Host "$script:Failed facts failed"
exit $script:Failed
