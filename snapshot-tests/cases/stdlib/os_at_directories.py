"""Paths relative to an open directory; times of files."""
import os
import stat
import tempfile

here = tempfile.mkdtemp()
os.chdir(here)
os.mkdir("inner")
open("name", "w").close()
inner = os.open("inner", os.O_RDONLY)


def attempt(function, *arguments, **named):
    try:
        return function(*arguments, **named)
    except Exception as error:
        return f"{type(error).__name__}: {error}"


with open(os.open("name", os.O_WRONLY | os.O_CREAT, dir_fd=inner), "w") as file:
    file.write("inside")
print(os.stat("name").st_size, os.stat("name", dir_fd=inner).st_size, os.access("name", os.F_OK, dir_fd=inner))
os.mkdir("deep", dir_fd=inner)
os.mkfifo("pipe", dir_fd=inner)
os.symlink("name", "sign", dir_fd=inner)
os.link("name", "twin", src_dir_fd=inner, dst_dir_fd=inner)
os.rename("twin", "second", src_dir_fd=inner, dst_dir_fd=inner)
print(sorted(os.listdir("inner")), sorted(os.listdir(".")), os.readlink("sign", dir_fd=inner))
print(stat.S_ISFIFO(os.stat("pipe", dir_fd=inner).st_mode), os.lstat("sign", dir_fd=inner).st_size)
os.chmod("second", 0o600, dir_fd=inner)
print(oct(os.stat("inner/second").st_mode), os.stat("inner/name").st_nlink)
os.utime("second", ns=(1_000_000_001, 2_000_000_002), dir_fd=inner)
print(os.stat("inner/name").st_mtime_ns, os.stat("name").st_mtime_ns > 10**18)
for name in ["name", "second", "sign", "pipe"]:
    os.unlink(name, dir_fd=inner)
os.rmdir("deep", dir_fd=inner)
print(os.listdir("inner"), sorted(os.listdir(".")))
file = os.open("name", os.O_RDONLY)
print(attempt(os.stat, "x", dir_fd=inner), attempt(os.stat, "x", dir_fd=999), attempt(os.stat, "x", dir_fd=file), attempt(os.unlink, "", dir_fd=inner))
print(attempt(os.stat, "x", dir_fd="y"), attempt(os.stat, file, dir_fd=inner), attempt(os.mkdir, "x", dir_fd=1.5))
print(os.stat(os.path.join(here, "name"), dir_fd=inner).st_size, attempt(os.chmod, file, 0o600, dir_fd=inner))
os.utime(file, (5, 7))
print(os.stat("name").st_atime, os.stat("name").st_mtime)
for times, named in [((1, 2), {"ns": (1, 2)}), ([1, 2], {}), ((1,), {}), (None, {"ns": (1,)}), (None, {"ns": 5})]:
    print(attempt(os.utime, "name", times, **named))
print(attempt(os.utime, file, follow_symlinks=False), attempt(os.utime, file, dir_fd=inner))
os.unlink("name")
os.rmdir("inner")
os.chdir("/")
os.rmdir(here)
