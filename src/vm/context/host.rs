//! `Host`: everything outside the interpreter.
//!
//! Files, environment, clocks, randomness and processes are reached through the one `Host` an interpreter was given. The command line's is
//! the operating system (`os_host`); an embedded interpreter starts with `NoHost`, which has nothing. Paths are bytes, as the system has
//! them; errors are `errno` numbers, which is what Python programs see.

use std::rc::Rc;

/// The result of a request to the host; the error is an `errno`.
pub type HostResult<T> = Result<T, i32>;

/// `EPERM`, `ENOENT` and `ENOSYS`, which hosts without an operating system give.
pub mod errno {
    /// Operation not permitted.
    pub const EPERM: i32 = 1;
    /// No such file or directory.
    pub const ENOENT: i32 = 2;
    /// Interrupted.
    pub const EINTR: i32 = 4;
    /// Bad file descriptor.
    pub const EBADF: i32 = 9;
    /// Try again.
    pub const EAGAIN: i32 = 11;
    /// Function not implemented.
    pub const ENOSYS: i32 = 38;
}

/// What `stat` tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are those of `struct stat`")]
pub struct Stat {
    pub mode: u32,
    pub ino: u64,
    pub dev: u64,
    pub nlink: u64,
    pub uid: u32,
    pub gid: u32,
    pub size: i64,
    /// Nanoseconds since the epoch, as are the others.
    pub atime: i128,
    pub mtime: i128,
    pub ctime: i128,
    pub blksize: i64,
    pub blocks: i64,
    pub rdev: u64,
}

impl Stat {
    /// Whether it is a directory.
    pub fn is_dir(&self) -> bool {
        self.mode & 0o170000 == 0o040000
    }

    /// Whether it is a regular file.
    pub fn is_file(&self) -> bool {
        self.mode & 0o170000 == 0o100000
    }
}

/// One entry of a directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirEntry {
    /// Its name.
    pub name: Vec<u8>,
    /// `DT_*`, 0 when unknown.
    pub kind: u8,
    /// Its inode.
    pub ino: u64,
}

/// A clock (`time.CLOCK_*`, with Linux's numbers).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock(pub i32);

#[expect(missing_docs, reason = "the names are those of the system")]
impl Clock {
    pub const REALTIME: Clock = Clock(0);
    pub const MONOTONIC: Clock = Clock(1);
    pub const PROCESS_CPUTIME: Clock = Clock(2);
    pub const THREAD_CPUTIME: Clock = Clock(3);
}

/// Everything outside. A host need not have everything: what it leaves out fails with `ENOSYS`, files with `ENOENT`.
#[expect(missing_docs, reason = "each is the system call of its name")]
#[expect(unused_variables, reason = "the defaults refuse whatever is asked")]
pub trait Host {
    fn open(&self, path: &[u8], flags: i32, mode: u32) -> HostResult<i32> {
        Err(errno::ENOENT)
    }
    fn close(&self, fd: i32) -> HostResult<()> {
        Err(errno::EBADF)
    }
    fn read(&self, fd: i32, buffer: &mut [u8]) -> HostResult<usize> {
        Err(errno::EBADF)
    }
    /// Reads at most `count` bytes to the end of a vector that has room for them.
    fn read_to(&self, fd: i32, bytes: &mut Vec<u8>, count: usize) -> HostResult<usize> {
        let len = bytes.len();
        bytes.resize(len + count, 0);
        let read = self.read(fd, &mut bytes[len..]);
        bytes.truncate(len + read.unwrap_or(0).min(count));
        read
    }
    fn write(&self, fd: i32, bytes: &[u8]) -> HostResult<usize> {
        Err(errno::EBADF)
    }
    fn lseek(&self, fd: i32, offset: i64, whence: i32) -> HostResult<i64> {
        Err(errno::EBADF)
    }
    fn ftruncate(&self, fd: i32, len: i64) -> HostResult<()> {
        Err(errno::EBADF)
    }
    fn isatty(&self, fd: i32) -> bool {
        false
    }
    fn stat(&self, path: &[u8], follow: bool) -> HostResult<Stat> {
        Err(errno::ENOENT)
    }
    fn fstat(&self, fd: i32) -> HostResult<Stat> {
        Err(errno::EBADF)
    }
    fn read_dir(&self, path: &[u8]) -> HostResult<Vec<DirEntry>> {
        Err(errno::ENOENT)
    }
    fn mkdir(&self, path: &[u8], mode: u32) -> HostResult<()> {
        Err(errno::EPERM)
    }
    fn rmdir(&self, path: &[u8]) -> HostResult<()> {
        Err(errno::EPERM)
    }
    fn unlink(&self, path: &[u8]) -> HostResult<()> {
        Err(errno::EPERM)
    }
    fn rename(&self, from: &[u8], to: &[u8]) -> HostResult<()> {
        Err(errno::EPERM)
    }
    fn readlink(&self, path: &[u8]) -> HostResult<Vec<u8>> {
        Err(errno::ENOENT)
    }
    fn symlink(&self, target: &[u8], path: &[u8]) -> HostResult<()> {
        Err(errno::EPERM)
    }
    fn link(&self, from: &[u8], to: &[u8]) -> HostResult<()> {
        Err(errno::EPERM)
    }
    fn chmod(&self, path: &[u8], mode: u32) -> HostResult<()> {
        Err(errno::EPERM)
    }
    fn access(&self, path: &[u8], mode: i32) -> HostResult<()> {
        self.stat(path, true).map(|_| ())
    }
    fn utime(&self, path: &[u8], times: Option<(i128, i128)>, follow: bool) -> HostResult<()> {
        Err(errno::EPERM)
    }
    fn getcwd(&self) -> HostResult<Vec<u8>> {
        Ok(b"/".to_vec())
    }
    fn chdir(&self, path: &[u8]) -> HostResult<()> {
        Err(errno::EPERM)
    }
    /// Name and value of each environment variable.
    fn environ(&self) -> Vec<(Vec<u8>, Vec<u8>)> {
        Vec::new()
    }
    fn putenv(&self, name: &[u8], value: Option<&[u8]>) -> HostResult<()> {
        Ok(())
    }
    /// Nanoseconds.
    fn clock(&self, clock: Clock) -> HostResult<i128> {
        Ok(0)
    }
    fn sleep(&self, nanoseconds: u64) -> HostResult<()> {
        Ok(())
    }
    fn random(&self, buffer: &mut [u8]) -> HostResult<()> {
        Err(errno::ENOSYS)
    }
    fn getpid(&self) -> i32 {
        1
    }
    /// Whether native modules may use the operating system directly (processes, signals, sockets, users).
    fn has_os(&self) -> bool {
        false
    }
    /// The host, if it can be asked from several threads at once: then a request that waits keeps no other thread from running.
    fn shared(&self) -> Option<&(dyn Host + Sync)> {
        None
    }
}

/// The host of an interpreter that was granted nothing.
pub struct NoHost;

impl Host for NoHost {}

/// A whole file.
pub fn read_file(host: &dyn Host, path: &[u8]) -> HostResult<Vec<u8>> {
    const O_CLOEXEC: i32 = 0o2000000;
    let fd = host.open(path, O_CLOEXEC, 0)?;
    let hint = host.fstat(fd).map_or(0, |stat| stat.size);
    let result = read_all(host, fd, usize::try_from(hint).unwrap_or(0));
    let _ = host.close(fd);
    result
}

/// The rest of an open file, of which `hint` bytes are expected.
pub fn read_all(host: &dyn Host, fd: i32, hint: usize) -> HostResult<Vec<u8>> {
    let mut bytes = Vec::with_capacity(hint.min(1 << 30) + 1);
    loop {
        if bytes.len() == bytes.capacity() {
            bytes.reserve(bytes.len().clamp(4096, 1 << 24));
        }
        let room = bytes.capacity() - bytes.len();
        match host.read_to(fd, &mut bytes, room) {
            Ok(0) => break,
            // As long as was expected, although there was room for one byte more: this is the end.
            Ok(_) if bytes.len() == hint => break,
            Ok(_) | Err(errno::EINTR) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(bytes)
}

/// Where an interpreter keeps its host.
pub struct HostCell(std::cell::RefCell<Rc<dyn Host>>);

impl Default for HostCell {
    fn default() -> HostCell {
        HostCell(std::cell::RefCell::new(Rc::new(NoHost)))
    }
}

impl HostCell {
    /// The host.
    pub fn get(&self) -> Rc<dyn Host> {
        self.0.borrow().clone()
    }

    /// Gives the interpreter another host.
    pub fn set(&self, host: Rc<dyn Host>) {
        let old = self.0.replace(host);
        drop(old);
    }
}

impl super::Vm {
    /// Everything outside.
    #[inline]
    pub fn host(&self) -> Rc<dyn Host> {
        self.host.get()
    }
}
