package winetest

// serviceSource is a service that does nothing. Its first argument says how it ends: "stubborn" takes no order to stop; "slow" makes
// the file C:\run\stopping when it is asked to stop, and stops when there is a file C:\run\go.
const serviceSource = `#include <windows.h>
#include <string.h>
static SERVICE_STATUS_HANDLE handle;
static SERVICE_STATUS status;
static HANDLE done;
static int stubborn, slow;
static void touch(const char *name) { CloseHandle(CreateFileA(name, GENERIC_WRITE, 0, 0, CREATE_ALWAYS, 0, 0)); }
static DWORD WINAPI linger(void *x) {
	touch("C:\\run\\stopping");
	while (GetFileAttributesA("C:\\run\\go") == INVALID_FILE_ATTRIBUTES) Sleep(50);
	status.dwCurrentState = SERVICE_STOPPED;
	SetServiceStatus(handle, &status);
	SetEvent(done);
	return 0;
}
static DWORD WINAPI control(DWORD c, DWORD t, void *d, void *x) {
	if (c != SERVICE_CONTROL_STOP) return 0;
	if (slow) {
		status.dwCurrentState = SERVICE_STOP_PENDING;
		SetServiceStatus(handle, &status);
		CloseHandle(CreateThread(0, 0, linger, 0, 0, 0));
		return 0;
	}
	status.dwCurrentState = SERVICE_STOPPED;
	SetServiceStatus(handle, &status);
	SetEvent(done);
	return 0;
}
static void WINAPI service(DWORD n, LPSTR *a) {
	handle = RegisterServiceCtrlHandlerExA(a[0], control, 0);
	done = CreateEventA(0, 1, 0, 0);
	status.dwServiceType = SERVICE_WIN32_OWN_PROCESS;
	status.dwCurrentState = SERVICE_RUNNING;
	status.dwControlsAccepted = stubborn ? 0 : SERVICE_ACCEPT_STOP;
	SetServiceStatus(handle, &status);
	WaitForSingleObject(done, INFINITE);
}
int main(int n, char **v) {
	SERVICE_TABLE_ENTRYA table[] = {{"", service}, {0, 0}};
	stubborn = n > 1 && !strcmp(v[1], "stubborn");
	slow = n > 1 && !strcmp(v[1], "slow");
	StartServiceCtrlDispatcherA(table);
	return 0;
}
`

// lookSource prints what the keys hold that are named before the argument "services", as a registration file would, and the states of
// the services that are named after it. It is one process where regedit and sc would be many.
const lookSource = `#include <windows.h>
#include <stdio.h>
#include <string.h>
static void quoted(const char *s) {
	putchar('"');
	for (; *s; s++) { if (*s == '"' || *s == '\\') putchar('\\'); putchar(*s); }
	putchar('"');
}
static void value(const char *name, DWORD type, BYTE *data, DWORD size) {
	DWORD i;
	if (*name) quoted(name); else putchar('@');
	putchar('=');
	if (type == REG_SZ) { data[size] = 0; quoted((char *)data); }
	else if (type == REG_DWORD) printf("dword:%08lx", *(DWORD *)data);
	else {
		if (type == REG_BINARY) printf("hex:"); else printf("hex(%lx):", type);
		for (i = 0; i < size; i++) printf(i ? ",%02x" : "%02x", data[i]);
	}
	putchar('\n');
}
static void look(HKEY key, const char *path) {
	char name[512], below[2048];
	BYTE data[8192];
	DWORD i, type, n, size;
	HKEY sub;
	printf("\n[%s]\n", path);
	for (i = 0; n = sizeof name, size = sizeof data - 1, RegEnumValueA(key, i, name, &n, 0, &type, data, &size) == 0; i++) value(name, type, data, size);
	for (i = 0; n = sizeof name, RegEnumKeyExA(key, i, name, &n, 0, 0, 0, 0) == 0; i++) {
		if (RegOpenKeyExA(key, name, 0, KEY_READ, &sub)) continue;
		snprintf(below, sizeof below, "%s\\%s", path, name);
		look(sub, below);
		RegCloseKey(sub);
	}
}
static int runs(const char *name) {
	SERVICE_STATUS status = {0};
	SC_HANDLE manager = OpenSCManagerA(0, 0, SC_MANAGER_CONNECT), service = OpenServiceA(manager, name, SERVICE_QUERY_STATUS);
	return QueryServiceStatus(service, &status) && status.dwCurrentState == SERVICE_RUNNING;
}
int main(int n, char **v) {
	int i = 1;
	HKEY key;
	puts("REGEDIT4");
	for (; i < n && strcmp(v[i], "services"); i++) {
		if (RegOpenKeyExA(HKEY_LOCAL_MACHINE, strchr(v[i], '\\') + 1, 0, KEY_READ, &key)) continue;
		look(key, v[i]);
		RegCloseKey(key);
	}
	puts("");
	for (i++; i < n; i++) if (runs(v[i])) printf("running: %s\n", v[i]);
	puts("all was looked at");
	return 0;
}
`

// installerSource stands for the program that installs a client: it makes the file that shows a client.
const installerSource = `#include <windows.h>
int main(void) {
	CreateDirectoryA("C:\\windows\\MS", 0);
	CreateDirectoryA("C:\\windows\\MS\\SMS", 0);
	CreateDirectoryA("C:\\windows\\MS\\SMS\\Core", 0);
	CreateDirectoryA("C:\\windows\\MS\\SMS\\Core\\Bin", 0);
	CloseHandle(CreateFileA("C:\\windows\\MS\\SMS\\Core\\Bin\\Clisvcl.exe", GENERIC_WRITE, 0, 0, CREATE_ALWAYS, 0, 0));
	CloseHandle(CreateFileA("C:\\windows\\MS\\SMS\\Core\\Bin\\Clisvc95.exe", GENERIC_WRITE, 0, 0, CREATE_ALWAYS, 0, 0));
	return 0;
}
`

// gateSource stands before another program, which lies beside it with an underscore before its name. Where C:\run\gate.txt is there and
// the command line holds its second word, it makes C:\run\blocked and waits until that file is gone: before the other program runs
// or after it, as the first word says. Where that is "fails" the other program does not run at all.
const gateSource = `#include <windows.h>
#include <stdio.h>
#include <string.h>
static int held(const char *when) {
	char w[16] = "", what[256] = "";
	FILE *f = fopen("C:\\run\\gate.txt", "r");
	if (!f) return 0;
	if (fscanf(f, "%15s %255s", w, what) != 2) w[0] = 0;
	fclose(f);
	return !strcmp(w, when) && strstr(GetCommandLineA(), what);
}
static void block(void) {
	CloseHandle(CreateFileA("C:\\run\\blocked", GENERIC_WRITE, 0, 0, CREATE_ALWAYS, 0, 0));
	while (GetFileAttributesA("C:\\run\\blocked") != INVALID_FILE_ATTRIBUTES) Sleep(20);
}
int main(void) {
	char self[MAX_PATH], line[4096], *slash;
	const char *rest = GetCommandLineA();
	STARTUPINFOA si = {sizeof si};
	PROCESS_INFORMATION pi;
	DWORD code = 1;
	GetModuleFileNameA(0, self, sizeof self);
	slash = strrchr(self, '\\');
	if (*rest == '"') { rest = strchr(rest + 1, '"'); rest = rest ? rest + 1 : ""; }
	else while (*rest && *rest != ' ') rest++;
	*slash = 0;
	snprintf(line, sizeof line, "\"%s\\_%s\"%s", self, slash + 1, rest);
	if (held("fails")) return 0;
	if (held("before")) block();
	if (!CreateProcessA(0, line, 0, 0, 1, 0, 0, 0, &si, &pi)) return 1;
	WaitForSingleObject(pi.hProcess, INFINITE);
	GetExitCodeProcess(pi.hProcess, &code);
	if (held("after")) block();
	return code;
}
`
