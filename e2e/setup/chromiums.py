"""Where Chrome, Edge and Chromium usually are, per operating system. Pure: nothing is looked at on the disk here."""

from collections.abc import Mapping
from pathlib import PurePath, PurePosixPath, PureWindowsPath

# A headless shell is Chromium without a window: smaller and quicker to start, and no use to `--headed`.
SHELL_COMMANDS = ("chromium-headless-shell", "chrome-headless-shell", "headless_shell")

FULL_COMMANDS = (
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "microsoft-edge-stable",
    "chromium",
    "chromium-browser",
)

# Where a Linux keeps programs: a job or a service may run with a PATH that lacks some of them.
LINUX_FOLDERS = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin", "/snap/bin")

MAC_APPS = ("Google Chrome", "Microsoft Edge", "Chromium")

# Per user or for all: Chrome and Chromium may be in any of the three, Edge is in the second.
WINDOWS_FOLDERS = ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")
WINDOWS_FILES = (
    PureWindowsPath("Google", "Chrome", "Application", "chrome.exe"),
    PureWindowsPath("Microsoft", "Edge", "Application", "msedge.exe"),
    PureWindowsPath("Chromium", "Application", "chrome.exe"),
)

# Under the folders that `playwright install --dry-run` names. The inner folder carries the name of the platform, and
# that has changed between versions of Playwright, so any is taken.
OWN_SHELL = ("*/chrome-headless-shell", "*/chrome-headless-shell.exe", "*/headless_shell", "*/headless_shell.exe")
OWN_FULL = ("chrome-linux*/chrome", "chrome-mac*/*.app/Contents/MacOS/*", "chrome-win*/chrome.exe")

# Playwright 1.65 writes this file into a browser's folder once all of it is there (lib/coreBundle.js in its driver).
OWN_COMPLETE = "INSTALLATION_COMPLETE"


def usual_places(system: str, environ: Mapping[str, str], home: str) -> tuple[PurePath, ...]:
    """Where full browsers are that are not on PATH, Chrome first; `system` is as in `sys.platform`."""
    if system == "darwin":
        folders = (PurePosixPath("/Applications"), PurePosixPath(home, "Applications"))
        return tuple(folder / f"{app}.app" / "Contents" / "MacOS" / app for app in MAC_APPS for folder in folders)
    if system == "win32":
        roots = [PureWindowsPath(environ[name]) for name in WINDOWS_FOLDERS if environ.get(name)]
        return tuple(root / file for file in WINDOWS_FILES for root in roots)
    return ()


def own_folders(dry_run: str) -> tuple[str, ...]:
    """The folders of Chromium and its headless shell in what `playwright install --dry-run chromium` prints.

    They are in lines such as `  Install location:    /home/me/.cache/ms-playwright/chromium-1255`.
    """
    lines = (line.strip() for line in dry_run.splitlines())
    found = (line.removeprefix("Install location:").strip() for line in lines if line.startswith("Install location:"))
    return tuple(folder for folder in found if PurePath(folder.replace("\\", "/")).name.startswith("chromium"))
