"""Where browsers usually are, for each operating system."""

from pathlib import PurePosixPath, PureWindowsPath

from e2e.setup.chromiums import own_folders, usual_places

DRY_RUN = """\
Chrome for Testing 159.0.8154.6 (playwright chromium v1255)
  Install location:    /home/me/.cache/ms-playwright/chromium-1255
  Download url:        somewhere

FFmpeg (playwright ffmpeg v1013)
  Install location:    /home/me/.cache/ms-playwright/ffmpeg-1013

Chrome Headless Shell 159.0.8154.6 (playwright chromium-headless-shell v1255)
  Install location:    /home/me/.cache/ms-playwright/chromium_headless_shell-1255
"""


def test_on_linux_everything_is_on_the_path() -> None:
    assert usual_places("linux", {}, "/home/me") == ()


def test_on_macos_an_app_is_for_all_or_for_one_user() -> None:
    assert usual_places("darwin", {}, "/Users/me") == tuple(
        PurePosixPath(folder, f"{app}.app", "Contents", "MacOS", app)
        for app in ("Google Chrome", "Microsoft Edge", "Chromium")
        for folder in ("/Applications", "/Users/me/Applications")
    )


def test_on_windows_the_environment_says_where_programs_are() -> None:
    environ = {
        "PROGRAMFILES": r"C:\Program Files",
        "LOCALAPPDATA": r"C:\Users\me\AppData\Local",
        "PROGRAMFILES(X86)": "",
    }
    assert usual_places("win32", environ, r"C:\Users\me") == (
        PureWindowsPath(r"C:\Program Files\Google\Chrome\Application\chrome.exe"),
        PureWindowsPath(r"C:\Users\me\AppData\Local\Google\Chrome\Application\chrome.exe"),
        PureWindowsPath(r"C:\Program Files\Microsoft\Edge\Application\msedge.exe"),
        PureWindowsPath(r"C:\Users\me\AppData\Local\Microsoft\Edge\Application\msedge.exe"),
        PureWindowsPath(r"C:\Program Files\Chromium\Application\chrome.exe"),
        PureWindowsPath(r"C:\Users\me\AppData\Local\Chromium\Application\chrome.exe"),
    )


def test_playwright_tells_the_folders_of_its_browsers() -> None:
    registry = "/home/me/.cache/ms-playwright"
    assert own_folders(DRY_RUN) == (f"{registry}/chromium-1255", f"{registry}/chromium_headless_shell-1255")
    assert own_folders(r"  Install location:  C:\ms-playwright\chromium-1255") == (r"C:\ms-playwright\chromium-1255",)
    assert own_folders("") == ()
