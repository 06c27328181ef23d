//! A host whose system calls can fail: the sandbox's file system, with a plan.

use pyrs::{Host, HostResult, Sandbox};
use std::cell::Cell;
use std::rc::Rc;
use vm::context::host::{Clock, DirEntry, Stat};

/// What happens at a system call of the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It fails with this `errno`.
    Fails(i32),
    /// A write takes one byte only, and the next fails.
    Short(i32),
    /// The process ends before it: from here on nothing is done any more.
    Killed,
    /// The cache directory vanishes before it.
    DirectoryVanishes,
}

/// Shared by the host and the test.
#[derive(Default)]
pub struct Plan {
    /// Which of the changing calls, from 0; none when it is never reached.
    pub at: Cell<usize>,
    /// What happens there.
    pub fault: Cell<Option<Fault>>,
    /// Changing calls so far.
    pub count: Cell<usize>,
    /// Which of the calls that only look fails with `EIO`.
    pub look_at: Cell<Option<usize>>,
    /// Calls that only look, so far.
    pub looks: Cell<usize>,
    /// The file that was opened for writing.
    written: Cell<Option<i32>>,
    dead: Cell<bool>,
    short: Cell<Option<i32>>,
}

/// The host.
#[derive(Clone)]
pub struct FailingHost {
    /// The file system.
    pub inner: Rc<Sandbox>,
    /// The plan.
    pub plan: Rc<Plan>,
}

/// `EIO`, which a dead process would not see.
const EIO: i32 = 5;

impl FailingHost {
    /// Called by each call that changes something.
    fn change(&self, is_write: bool) -> HostResult<()> {
        let plan = &self.plan;
        if plan.dead.get() {
            return Err(EIO);
        }
        let number = plan.count.replace(plan.count.get() + 1);
        if number != plan.at.get() {
            return Ok(());
        }
        match plan.fault.get() {
            Some(Fault::Fails(errno)) => Err(errno),
            Some(Fault::Short(errno)) if is_write => {
                plan.short.set(Some(errno));
                Ok(())
            }
            Some(Fault::Killed) => {
                plan.dead.set(true);
                Err(EIO)
            }
            Some(Fault::DirectoryVanishes) => {
                self.remove_cache();
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn remove_cache(&self) {
        let folder = b"/lib/__pycache__";
        for entry in self.inner.read_dir(folder).unwrap_or_default() {
            let path = [&folder[..], b"/", &entry.name].concat();
            let _ = self.inner.unlink(&path);
        }
        let _ = self.inner.rmdir(folder);
    }

    /// Called by each call that only looks.
    fn look(&self) -> HostResult<()> {
        let plan = &self.plan;
        let number = plan.looks.replace(plan.looks.get() + 1);
        if plan.dead.get() || plan.look_at.get() == Some(number) {
            Err(EIO)
        } else {
            Ok(())
        }
    }
}

/// `O_CREAT`
const CREATE: i32 = 0o100;

impl Host for FailingHost {
    fn open(&self, path: &[u8], flags: i32, mode: u32) -> HostResult<i32> {
        if flags & CREATE != 0 {
            self.change(false)?;
            let fd = self.inner.open(path, flags, mode)?;
            self.plan.written.set(Some(fd));
            return Ok(fd);
        }
        self.look()?;
        self.inner.open(path, flags, mode)
    }
    fn close(&self, fd: i32) -> HostResult<()> {
        let closed = self.inner.close(fd);
        if self.plan.written.get() != Some(fd) {
            return closed;
        }
        // What was written may be refused only now; the descriptor is gone all the same.
        self.plan.written.set(None);
        self.change(false).and(closed)
    }
    fn read(&self, fd: i32, buffer: &mut [u8]) -> HostResult<usize> {
        self.look()?;
        self.inner.read(fd, buffer)
    }
    fn write(&self, fd: i32, bytes: &[u8]) -> HostResult<usize> {
        if fd <= 2 {
            return self.inner.write(fd, bytes);
        }
        if let Some(errno) = self.plan.short.take() {
            return Err(errno);
        }
        self.change(true)?;
        if self.plan.short.get().is_some() {
            return self.inner.write(fd, &bytes[..bytes.len().min(1)]);
        }
        self.inner.write(fd, bytes)
    }
    fn lseek(&self, fd: i32, offset: i64, whence: i32) -> HostResult<i64> {
        self.inner.lseek(fd, offset, whence)
    }
    fn stat(&self, path: &[u8], follow: bool) -> HostResult<Stat> {
        self.look()?;
        self.inner.stat(path, follow)
    }
    fn fstat(&self, fd: i32) -> HostResult<Stat> {
        self.inner.fstat(fd)
    }
    fn read_dir(&self, path: &[u8]) -> HostResult<Vec<DirEntry>> {
        self.look()?;
        self.inner.read_dir(path)
    }
    fn mkdir(&self, path: &[u8], mode: u32) -> HostResult<()> {
        self.change(false)?;
        self.inner.mkdir(path, mode)
    }
    fn unlink(&self, path: &[u8]) -> HostResult<()> {
        self.change(false)?;
        self.inner.unlink(path)
    }
    fn rename(&self, from: &[u8], to: &[u8]) -> HostResult<()> {
        self.change(false)?;
        self.inner.rename(from, to)
    }
    fn getcwd(&self) -> HostResult<Vec<u8>> {
        self.inner.getcwd()
    }
    fn environ(&self) -> Vec<(Vec<u8>, Vec<u8>)> {
        self.inner.environ()
    }
    fn clock(&self, clock: Clock) -> HostResult<i128> {
        Host::clock(&*self.inner, clock)
    }
    fn random(&self, buffer: &mut [u8]) -> HostResult<()> {
        self.inner.random(buffer)
    }
}
