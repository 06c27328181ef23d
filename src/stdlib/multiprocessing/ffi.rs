//! Named semaphores of the system, made safe.

use std::ffi::CStr;
use std::time::Duration;

fn errno() -> i32 {
    std::io::Error::last_os_error().raw_os_error().unwrap_or(0)
}

fn check(result: libc::c_int) -> Result<(), i32> {
    if result == -1 { Err(errno()) } else { Ok(()) }
}

/// A semaphore that other processes may have open, too.
pub struct NamedSemaphore(*mut libc::sem_t);

// SAFETY: that several threads use it at once is what a semaphore is for.
unsafe impl Sync for NamedSemaphore {}

impl NamedSemaphore {
    fn of(semaphore: *mut libc::sem_t) -> Result<NamedSemaphore, i32> {
        if semaphore == libc::SEM_FAILED {
            Err(errno())
        } else {
            Ok(NamedSemaphore(semaphore))
        }
    }

    /// Makes one; there must be none of that name.
    pub fn create(name: &CStr, value: u32) -> Result<NamedSemaphore, i32> {
        let flags = libc::O_CREAT | libc::O_EXCL;
        // SAFETY: the name ends in a null byte; mode and value are what the flags ask for.
        NamedSemaphore::of(unsafe { libc::sem_open(name.as_ptr(), flags, 0o600_u32, value) })
    }

    /// Opens the one of that name.
    pub fn open(name: &CStr) -> Result<NamedSemaphore, i32> {
        // SAFETY: the name ends in a null byte.
        NamedSemaphore::of(unsafe { libc::sem_open(name.as_ptr(), 0) })
    }

    /// A number that tells it from others in this process.
    pub fn handle(&self) -> usize {
        self.0.addr()
    }

    /// `sem_trywait(3)`
    pub fn try_wait(&self) -> Result<(), i32> {
        // SAFETY: open until dropped.
        check(unsafe { libc::sem_trywait(self.0) })
    }

    /// `sem_wait(3)`, or `sem_timedwait(3)` with a time since the epoch.
    pub fn wait(&self, until: Option<Duration>) -> Result<(), i32> {
        let Some(until) = until else {
            // SAFETY: open until dropped.
            return check(unsafe { libc::sem_wait(self.0) });
        };
        let until = libc::timespec {
            tv_sec: i64::try_from(until.as_secs()).unwrap_or(i64::MAX),
            tv_nsec: until.subsec_nanos().into(),
        };
        // SAFETY: open until dropped; the time is whole.
        check(unsafe { libc::sem_timedwait(self.0, &raw const until) })
    }

    /// `sem_post(3)`
    pub fn post(&self) -> Result<(), i32> {
        // SAFETY: open until dropped.
        check(unsafe { libc::sem_post(self.0) })
    }

    /// `sem_getvalue(3)`
    pub fn value(&self) -> Result<i32, i32> {
        let mut value = 0;
        // SAFETY: open until dropped; the number is whole.
        check(unsafe { libc::sem_getvalue(self.0, &raw mut value) })?;
        Ok(value)
    }
}

impl Drop for NamedSemaphore {
    fn drop(&mut self) {
        // SAFETY: opened by one of the two functions above, and closed once.
        unsafe { libc::sem_close(self.0) };
    }
}

/// `sem_unlink(3)`
pub fn unlink(name: &CStr) -> Result<(), i32> {
    // SAFETY: the name ends in a null byte.
    check(unsafe { libc::sem_unlink(name.as_ptr()) })
}
