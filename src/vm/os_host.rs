//! `OsHost`: the operating system as the outside of an interpreter.

pub mod ffi;

use crate::context::host::{Clock, DirEntry, Host, HostResult, Stat};

/// The operating system.
pub struct OsHost;

impl Host for OsHost {
    fn open(&self, path: &[u8], flags: i32, mode: u32) -> HostResult<i32> {
        ffi::open(path, flags, mode)
    }
    fn close(&self, fd: i32) -> HostResult<()> {
        ffi::close(fd)
    }
    fn read(&self, fd: i32, buffer: &mut [u8]) -> HostResult<usize> {
        ffi::read(fd, buffer)
    }
    fn read_to(&self, fd: i32, bytes: &mut Vec<u8>, count: usize) -> HostResult<usize> {
        ffi::read_to(fd, bytes, count)
    }
    fn write(&self, fd: i32, bytes: &[u8]) -> HostResult<usize> {
        ffi::write(fd, bytes)
    }
    fn lseek(&self, fd: i32, offset: i64, whence: i32) -> HostResult<i64> {
        ffi::lseek(fd, offset, whence)
    }
    fn ftruncate(&self, fd: i32, len: i64) -> HostResult<()> {
        ffi::ftruncate(fd, len)
    }
    fn isatty(&self, fd: i32) -> bool {
        ffi::isatty(fd)
    }
    fn stat(&self, path: &[u8], follow: bool) -> HostResult<Stat> {
        ffi::stat(path, follow)
    }
    fn fstat(&self, fd: i32) -> HostResult<Stat> {
        ffi::fstat(fd)
    }
    fn read_dir(&self, path: &[u8]) -> HostResult<Vec<DirEntry>> {
        ffi::read_dir(path)
    }
    fn mkdir(&self, path: &[u8], mode: u32) -> HostResult<()> {
        ffi::mkdir(path, mode)
    }
    fn rmdir(&self, path: &[u8]) -> HostResult<()> {
        ffi::rmdir(path)
    }
    fn unlink(&self, path: &[u8]) -> HostResult<()> {
        ffi::unlink(path)
    }
    fn rename(&self, from: &[u8], to: &[u8]) -> HostResult<()> {
        ffi::rename(from, to)
    }
    fn readlink(&self, path: &[u8]) -> HostResult<Vec<u8>> {
        ffi::readlink(path)
    }
    fn symlink(&self, target: &[u8], path: &[u8]) -> HostResult<()> {
        ffi::symlink(target, path)
    }
    fn link(&self, from: &[u8], to: &[u8]) -> HostResult<()> {
        ffi::link(from, to)
    }
    fn chmod(&self, path: &[u8], mode: u32) -> HostResult<()> {
        ffi::chmod(path, mode)
    }
    fn access(&self, path: &[u8], mode: i32) -> HostResult<()> {
        ffi::access(path, mode)
    }
    fn utime(&self, path: &[u8], times: Option<(i128, i128)>, follow: bool) -> HostResult<()> {
        ffi::utimensat(path, times, follow)
    }
    fn getcwd(&self) -> HostResult<Vec<u8>> {
        ffi::getcwd()
    }
    fn chdir(&self, path: &[u8]) -> HostResult<()> {
        ffi::chdir(path)
    }
    fn environ(&self) -> Vec<(Vec<u8>, Vec<u8>)> {
        use std::os::unix::ffi::OsStringExt;
        std::env::vars_os()
            .map(|(name, value)| (name.into_vec(), value.into_vec()))
            .collect()
    }
    fn putenv(&self, name: &[u8], value: Option<&[u8]>) -> HostResult<()> {
        ffi::putenv(name, value)
    }
    fn clock(&self, clock: Clock) -> HostResult<i128> {
        ffi::clock_gettime(clock.0)
    }
    fn sleep(&self, nanoseconds: u64) -> HostResult<()> {
        ffi::nanosleep(nanoseconds)
    }
    fn random(&self, buffer: &mut [u8]) -> HostResult<()> {
        ffi::getrandom(buffer)
    }
    fn getpid(&self) -> i32 {
        ffi::getpid()
    }
    fn has_os(&self) -> bool {
        true
    }
    fn shared(&self) -> Option<&(dyn Host + Sync)> {
        Some(self)
    }
}
