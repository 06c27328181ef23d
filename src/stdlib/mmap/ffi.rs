//! A piece of mapped memory.

/// A value, or the error number.
type Sys<T> = Result<T, i32>;

fn errno() -> i32 {
    std::io::Error::last_os_error().raw_os_error().unwrap_or(0)
}

fn check(result: libc::c_int) -> Sys<()> {
    if result == -1 { Err(errno()) } else { Ok(()) }
}

/// Size of a page of memory.
pub fn page_size() -> usize {
    // SAFETY: asks for a number.
    usize::try_from(unsafe { libc::sysconf(libc::_SC_PAGESIZE) }).unwrap_or(4096)
}

/// Mapped memory, which is unmapped in the end.
pub struct Mapping {
    start: *mut u8,
    len: usize,
}

impl Mapping {
    /// `mmap(2)`
    pub fn new(len: usize, protection: i32, flags: i32, fd: i32, offset: i64) -> Sys<Mapping> {
        let flags = flags & !libc::MAP_FIXED;
        // SAFETY: without MAP_FIXED the system chooses a place that nobody uses.
        let start =
            unsafe { libc::mmap(std::ptr::null_mut(), len, protection, flags, fd, offset) };
        if start == libc::MAP_FAILED {
            return Err(errno());
        }
        let start = start.cast();
        Ok(Mapping { start, len })
    }

    /// Number of bytes.
    pub fn len(&self) -> usize {
        self.len
    }

    /// The bytes, which must be readable.
    pub fn bytes(&self) -> &[u8] {
        // SAFETY: the mapping is as long as said and stays as long as this lives. Other processes may change it; bytes have no wrong values.
        unsafe { std::slice::from_raw_parts(self.start, self.len) }
    }

    /// The bytes, which must be writable.
    pub fn bytes_mut(&mut self) -> &mut [u8] {
        // SAFETY: as above.
        unsafe { std::slice::from_raw_parts_mut(self.start, self.len) }
    }

    /// `msync(2)`
    pub fn flush(&self, offset: usize, len: usize) -> Sys<()> {
        // SAFETY: the caller's range is inside the mapping; the system checks that it begins on a page.
        check(unsafe { libc::msync(self.start.wrapping_add(offset).cast(), len, libc::MS_SYNC) })
    }

    /// `madvise(2)`
    pub fn advise(&self, offset: usize, len: usize, advice: i32) -> Sys<()> {
        // SAFETY: the caller's range is inside the mapping.
        check(unsafe { libc::madvise(self.start.wrapping_add(offset).cast(), len, advice) })
    }

    /// `mremap(2)`
    pub fn resize(&mut self, len: usize) -> Sys<()> {
        // SAFETY: the mapping is as long as said, and nobody holds its bytes: `self` is borrowed exclusively.
        let start =
            unsafe { libc::mremap(self.start.cast(), self.len, len, libc::MREMAP_MAYMOVE) };
        if start == libc::MAP_FAILED {
            return Err(errno());
        }
        (self.start, self.len) = (start.cast(), len);
        Ok(())
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        // SAFETY: mapped by `new`, and not used any more.
        unsafe { libc::munmap(self.start.cast(), self.len) };
    }
}
