//! System calls of `OsHost`, made safe: paths are checked for null bytes, buffers are slices, results are `errno` or a value.

use crate::context::host::{DirEntry, HostResult, Stat};
use std::ffi::CString;
use std::mem::MaybeUninit;

/// The error number of the last failed call.
pub fn errno() -> i32 {
    std::io::Error::last_os_error().raw_os_error().unwrap_or(0)
}

/// A path for the system.
pub fn c_path(path: &[u8]) -> HostResult<CString> {
    CString::new(path).map_err(|_| libc::EINVAL)
}

fn check(result: libc::c_int) -> HostResult<libc::c_int> {
    if result == -1 {
        Err(errno())
    } else {
        Ok(result)
    }
}

fn done(result: libc::c_int) -> HostResult<()> {
    check(result).map(|_| ())
}

/// `open(2)`
pub fn open(path: &[u8], flags: i32, mode: u32) -> HostResult<i32> {
    let path = c_path(path)?;
    // SAFETY: a null-terminated path.
    check(unsafe { libc::open(path.as_ptr(), flags, mode) })
}

/// `close(2)`
pub fn close(fd: i32) -> HostResult<()> {
    // SAFETY: a plain number.
    done(unsafe { libc::close(fd) })
}

/// `read(2)`
pub fn read(fd: i32, buffer: &mut [u8]) -> HostResult<usize> {
    // SAFETY: the buffer is as long as said.
    let count = unsafe { libc::read(fd, buffer.as_mut_ptr().cast(), buffer.len()) };
    usize::try_from(count).map_err(|_| errno())
}

/// `read(2)` to the end of a vector, whose new bytes need not be cleared before.
pub fn read_to(fd: i32, bytes: &mut Vec<u8>, count: usize) -> HostResult<usize> {
    bytes.reserve(count);
    let len = bytes.len();
    // SAFETY: there is room for `count` bytes behind the others, and as many as were read have been written.
    unsafe {
        let read = libc::read(fd, bytes.as_mut_ptr().add(len).cast(), count);
        let read = usize::try_from(read).map_err(|_| errno())?;
        bytes.set_len(len + read.min(count));
        Ok(read)
    }
}

/// `write(2)`
pub fn write(fd: i32, bytes: &[u8]) -> HostResult<usize> {
    // SAFETY: the buffer is as long as said.
    let count = unsafe { libc::write(fd, bytes.as_ptr().cast(), bytes.len()) };
    usize::try_from(count).map_err(|_| errno())
}

/// `lseek(2)`
pub fn lseek(fd: i32, offset: i64, whence: i32) -> HostResult<i64> {
    // SAFETY: plain numbers.
    let place = unsafe { libc::lseek(fd, offset, whence) };
    if place == -1 { Err(errno()) } else { Ok(place) }
}

/// `ftruncate(2)`
pub fn ftruncate(fd: i32, len: i64) -> HostResult<()> {
    // SAFETY: plain numbers.
    done(unsafe { libc::ftruncate(fd, len) })
}

/// `isatty(3)`
pub fn isatty(fd: i32) -> bool {
    // SAFETY: a plain number.
    unsafe { libc::isatty(fd) == 1 }
}

fn convert(stat: &libc::stat) -> Stat {
    let ns = |seconds: i64, nanoseconds: i64| {
        i128::from(seconds) * 1_000_000_000 + i128::from(nanoseconds)
    };
    Stat {
        mode: stat.st_mode,
        ino: stat.st_ino,
        dev: stat.st_dev,
        nlink: stat.st_nlink,
        uid: stat.st_uid,
        gid: stat.st_gid,
        size: stat.st_size,
        atime: ns(stat.st_atime, stat.st_atime_nsec),
        mtime: ns(stat.st_mtime, stat.st_mtime_nsec),
        ctime: ns(stat.st_ctime, stat.st_ctime_nsec),
        blksize: stat.st_blksize,
        blocks: stat.st_blocks,
        rdev: stat.st_rdev,
    }
}

/// `stat(2)` or `lstat(2)`
pub fn stat(path: &[u8], follow: bool) -> HostResult<Stat> {
    let path = c_path(path)?;
    let mut buffer = MaybeUninit::<libc::stat>::uninit();
    let call = if follow { libc::stat } else { libc::lstat };
    // SAFETY: the call fills the buffer when it succeeds.
    unsafe {
        done(call(path.as_ptr(), buffer.as_mut_ptr()))?;
        Ok(convert(buffer.assume_init_ref()))
    }
}

/// `fstat(2)`
pub fn fstat(fd: i32) -> HostResult<Stat> {
    let mut buffer = MaybeUninit::<libc::stat>::uninit();
    // SAFETY: the call fills the buffer when it succeeds.
    unsafe {
        done(libc::fstat(fd, buffer.as_mut_ptr()))?;
        Ok(convert(buffer.assume_init_ref()))
    }
}

/// `opendir`, `readdir`, `closedir`, without `.` and `..`.
pub fn read_dir(path: &[u8]) -> HostResult<Vec<DirEntry>> {
    let path = c_path(path)?;
    let mut entries = Vec::new();
    // SAFETY: the stream is open from here to `closedir`, an entry is valid until the next call, and its name ends with a null byte.
    unsafe {
        let stream = libc::opendir(path.as_ptr());
        if stream.is_null() {
            return Err(errno());
        }
        loop {
            *libc::__errno_location() = 0;
            let entry = libc::readdir(stream);
            if entry.is_null() {
                let error = errno();
                libc::closedir(stream);
                return if error == 0 { Ok(entries) } else { Err(error) };
            }
            let name = std::ffi::CStr::from_ptr((*entry).d_name.as_ptr()).to_bytes();
            if name != b"." && name != b".." {
                entries.push(DirEntry {
                    name: name.to_vec(),
                    kind: (*entry).d_type,
                    ino: (*entry).d_ino,
                });
            }
        }
    }
}

/// `mkdir(2)`
pub fn mkdir(path: &[u8], mode: u32) -> HostResult<()> {
    let path = c_path(path)?;
    // SAFETY: a null-terminated path, here and in the functions that follow.
    done(unsafe { libc::mkdir(path.as_ptr(), mode) })
}

/// `rmdir(2)`
pub fn rmdir(path: &[u8]) -> HostResult<()> {
    let path = c_path(path)?;
    // SAFETY: see `mkdir`.
    done(unsafe { libc::rmdir(path.as_ptr()) })
}

/// `unlink(2)`
pub fn unlink(path: &[u8]) -> HostResult<()> {
    let path = c_path(path)?;
    // SAFETY: see `mkdir`.
    done(unsafe { libc::unlink(path.as_ptr()) })
}

/// `rename(2)`
pub fn rename(from: &[u8], to: &[u8]) -> HostResult<()> {
    let (from, to) = (c_path(from)?, c_path(to)?);
    // SAFETY: see `mkdir`.
    done(unsafe { libc::rename(from.as_ptr(), to.as_ptr()) })
}

/// `readlink(2)`
pub fn readlink(path: &[u8]) -> HostResult<Vec<u8>> {
    let path = c_path(path)?;
    let mut buffer = vec![0u8; 4097];
    // SAFETY: the buffer is as long as said.
    let len = unsafe { libc::readlink(path.as_ptr(), buffer.as_mut_ptr().cast(), buffer.len()) };
    let len = usize::try_from(len).map_err(|_| errno())?;
    buffer.truncate(len);
    Ok(buffer)
}

/// `symlink(2)`
pub fn symlink(target: &[u8], path: &[u8]) -> HostResult<()> {
    let (target, path) = (c_path(target)?, c_path(path)?);
    // SAFETY: see `mkdir`.
    done(unsafe { libc::symlink(target.as_ptr(), path.as_ptr()) })
}

/// `link(2)`
pub fn link(from: &[u8], to: &[u8]) -> HostResult<()> {
    let (from, to) = (c_path(from)?, c_path(to)?);
    // SAFETY: see `mkdir`.
    done(unsafe { libc::link(from.as_ptr(), to.as_ptr()) })
}

/// `chmod(2)`
pub fn chmod(path: &[u8], mode: u32) -> HostResult<()> {
    let path = c_path(path)?;
    // SAFETY: see `mkdir`.
    done(unsafe { libc::chmod(path.as_ptr(), mode) })
}

/// `access(2)`
pub fn access(path: &[u8], mode: i32) -> HostResult<()> {
    let path = c_path(path)?;
    // SAFETY: see `mkdir`.
    done(unsafe { libc::access(path.as_ptr(), mode) })
}

fn timespec(ns: i128) -> libc::timespec {
    libc::timespec {
        tv_sec: ns.div_euclid(1_000_000_000) as libc::time_t,
        tv_nsec: ns.rem_euclid(1_000_000_000) as _,
    }
}

/// `utimensat(2)`: access and modification time in nanoseconds, or now.
pub fn utimensat(path: &[u8], times: Option<(i128, i128)>, follow: bool) -> HostResult<()> {
    let path = c_path(path)?;
    let times = times.map(|(access, modified)| [timespec(access), timespec(modified)]);
    let pointer = times
        .as_ref()
        .map_or(std::ptr::null(), |times| times.as_ptr());
    let flags = if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
    // SAFETY: two times or null.
    done(unsafe { libc::utimensat(libc::AT_FDCWD, path.as_ptr(), pointer, flags) })
}

/// `getcwd(3)`
pub fn getcwd() -> HostResult<Vec<u8>> {
    use std::os::unix::ffi::OsStringExt;
    match std::env::current_dir() {
        Ok(path) => Ok(path.into_os_string().into_vec()),
        Err(error) => Err(error.raw_os_error().unwrap_or(libc::ENOENT)),
    }
}

/// `chdir(2)`
pub fn chdir(path: &[u8]) -> HostResult<()> {
    let path = c_path(path)?;
    // SAFETY: see `mkdir`.
    done(unsafe { libc::chdir(path.as_ptr()) })
}

/// `setenv(3)`, or `unsetenv(3)` without value.
pub fn putenv(name: &[u8], value: Option<&[u8]>) -> HostResult<()> {
    if name.is_empty() || name.contains(&b'=') {
        return Err(libc::EINVAL);
    }
    let name = c_path(name)?;
    // The environment is otherwise read when the interpreter starts.
    match value {
        Some(value) => {
            let value = c_path(value)?;
            // SAFETY: null-terminated texts, which the system copies.
            done(unsafe { libc::setenv(name.as_ptr(), value.as_ptr(), 1) })
        }
        // SAFETY: as above.
        None => done(unsafe { libc::unsetenv(name.as_ptr()) }),
    }
}

/// `clock_gettime(2)`
pub fn clock_gettime(clock: i32) -> HostResult<i128> {
    let mut time = MaybeUninit::<libc::timespec>::uninit();
    // SAFETY: the call fills the time when it succeeds.
    unsafe {
        done(libc::clock_gettime(clock, time.as_mut_ptr()))?;
        let time = time.assume_init();
        Ok(i128::from(time.tv_sec) * 1_000_000_000 + i128::from(time.tv_nsec))
    }
}

/// `nanosleep(2)`
pub fn nanosleep(nanoseconds: u64) -> HostResult<()> {
    let time = timespec(nanoseconds.into());
    // SAFETY: the remaining time is not asked for.
    done(unsafe { libc::nanosleep(&time, std::ptr::null_mut()) })
}

/// `getrandom(2)`
pub fn getrandom(buffer: &mut [u8]) -> HostResult<()> {
    let mut filled = 0;
    while filled < buffer.len() {
        let rest = &mut buffer[filled..];
        // SAFETY: the buffer is as long as said.
        let count = unsafe { libc::getrandom(rest.as_mut_ptr().cast(), rest.len(), 0) };
        match usize::try_from(count) {
            Ok(count) => filled += count,
            Err(_) if errno() == libc::EINTR => {}
            Err(_) => return Err(errno()),
        }
    }
    Ok(())
}

/// `getpid(2)`
pub fn getpid() -> i32 {
    // SAFETY: always succeeds.
    unsafe { libc::getpid() }
}

/// Has the C library's allocator keep freed memory: the interpreter's thread would otherwise get an arena of its own, whose end goes back
/// to the system, and is cleared again, each time a large object dies.
pub fn tune_malloc() -> HugePages {
    /// How much more memory is asked for at once: starting takes about as much.
    const STEP: libc::c_int = 1 << 20;
    const KEPT_MAX: libc::c_int = 128 << 20;
    const MAPPED_MIN: libc::c_int = 16 << 20;
    // SAFETY: mallopt takes any parameter and value; no other thread runs yet.
    unsafe {
        libc::mallopt(libc::M_ARENA_MAX, 1);
        libc::mallopt(libc::M_TOP_PAD, STEP);
        libc::mallopt(libc::M_TRIM_THRESHOLD, KEPT_MAX);
        libc::mallopt(libc::M_MMAP_THRESHOLD, MAPPED_MIN);
    }
    let reserve = HugePages::reserve();
    reserve.advise(0..HugePages::FEW);
    // SAFETY: as above.
    unsafe { libc::mallopt(libc::M_TOP_PAD, STEP) };
    reserve
}

/// Where the allocator's memory begins: at a boundary of huge pages, for which the system can be asked. Getting 2 MiB at once costs a tenth
/// of getting 512 pages one after the other, which is a good part of what starting and importing cost.
pub struct HugePages {
    /// Null where the allocator's memory is elsewhere.
    start: *mut libc::c_void,
}

impl HugePages {
    const SIZE: usize = 2 << 20;
    /// What every program needs.
    const FEW: usize = 6 << 20;
    /// What programs need that import much.
    const MANY: usize = 32 << 20;

    /// Moves the beginning of the allocator's memory. A huge page comes only where nothing was touched before the advice, so the allocator
    /// gives away what lies below the boundary, but for the last bytes, where it notes how much it has left.
    fn reserve() -> HugePages {
        /// More than the allocator has left from before.
        const PROBE: usize = 256 << 10;
        /// What the allocator keeps in front of a block, in that block and behind the one before.
        const HEAD: usize = size_of::<usize>();
        let none = HugePages {
            start: std::ptr::null_mut(),
        };
        // SAFETY: no other thread runs yet. Nothing is written to the two blocks; the second one is never given back.
        unsafe {
            let end = libc::sbrk(0).addr();
            let Some(start) = (end + PROBE).checked_next_multiple_of(Self::SIZE) else {
                return none;
            };
            let wanted = start - end + Self::MANY;
            libc::mallopt(libc::M_TOP_PAD, wanted as libc::c_int);
            let probe = libc::malloc(PROBE);
            let place = probe.addr();
            libc::free(probe);
            if !(end.saturating_sub(Self::SIZE)..start - PROBE / 2).contains(&place) {
                return none;
            }
            // The next block begins at the boundary.
            let below = libc::malloc(start - place - HEAD);
            if below.addr() != place {
                return none;
            }
            HugePages {
                start: below.wrapping_byte_add(start - place),
            }
        }
    }

    /// Asks for huge pages for all that was reserved. A program whose memory grows and shrinks, as that of a compiler does with its files,
    /// does better without: at its peak it would hold whole huge pages for little.
    pub fn many(&self) {
        self.advise(Self::FEW..Self::MANY);
    }

    fn advise(&self, bytes: std::ops::Range<usize>) {
        if !self.start.is_null() {
            let start = self.start.wrapping_byte_add(bytes.start);
            // SAFETY: the memory was reserved; advice changes no contents. Systems without huge pages change nothing.
            unsafe { libc::madvise(start, bytes.len(), libc::MADV_HUGEPAGE) };
        }
    }
}
