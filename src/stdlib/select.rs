//! `select`: select, poll and epoll.
//!
//! CPython 3.11: `Modules/selectmodule.c`.

use crate::ffi;
use crate::support::descriptor;
use derive::{Traverse, pymethods, pytype};
use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};
use vm::context::{PyResult, Vm};
use vm::object::{Args, Py, PyType, Value, alloc};
use vm::types::native::bind;

pub use select_module::DEF;

/// Seconds or `None` as milliseconds, rounded up; -1 for ever.
fn milliseconds(vm: &Vm, seconds: Option<&Value>, scale: f64) -> PyResult<i32> {
    let Some(seconds) = seconds.filter(|seconds| !seconds.is_none()) else {
        return Ok(-1);
    };
    let seconds = vm::protocol::number::to_f64(vm, seconds)
        .map_err(|_| vm.type_error("timeout must be a float or None"))?;
    if seconds < 0.0 {
        return Ok(-1);
    }
    Ok((seconds * scale).ceil().min(f64::from(i32::MAX)) as i32)
}

/// When a wait of so many milliseconds ends; negative is never.
fn deadline_of(milliseconds: i32) -> Option<Instant> {
    let wait = u64::try_from(milliseconds).ok()?;
    Instant::now().checked_add(Duration::from_millis(wait))
}

/// Milliseconds left of such a wait, rounded up.
fn left_until(deadline: Option<Instant>, forever: i32) -> i32 {
    match deadline {
        None => forever,
        Some(deadline) => {
            let left = deadline.saturating_duration_since(Instant::now());
            i32::try_from(left.as_micros().div_ceil(1000)).unwrap_or(i32::MAX)
        }
    }
}

/// Polls, running the handlers of signals that interrupt it.
fn poll_all(vm: &Vm, fds: &mut [libc::pollfd], timeout: i32) -> PyResult<()> {
    let deadline = deadline_of(timeout);
    let mut left = timeout;
    loop {
        match vm.allow_threads(|| ffi::poll(fds, left)) {
            Ok(_) => return Ok(()),
            Err(libc::EINTR) => {
                (vm.hooks.handle_signals.get())(vm)?;
                left = left_until(deadline, timeout);
            }
            Err(errno) => return Err(vm.os_error(errno, None)),
        }
    }
}

/// What `poll()` gives.
#[pytype(name = "select.poll", flags(DISALLOW_INSTANTIATION), doc = "", tables(POLL))]
#[derive(Traverse, Default)]
pub struct PyPoll {
    #[pytraverse(skip)]
    registered: RefCell<Vec<(i32, i16)>>,
}

#[pymethods(table = POLL)]
impl PyPoll {
    /// Register a file descriptor with the polling object.
    #[pymethod(sig = "register($self, fd, eventmask=7, /)")]
    fn register(&self, vm: &Vm, fd: &Value, eventmask: i32) -> PyResult<()> {
        let fd = descriptor(vm, fd)?;
        let mut registered = self.registered.borrow_mut();
        registered.retain(|(known, _)| *known != fd);
        registered.push((fd, eventmask as i16));
        Ok(())
    }

    /// Modify an already registered file descriptor.
    #[pymethod(sig = "modify($self, fd, eventmask, /)")]
    fn modify(&self, vm: &Vm, fd: &Value, eventmask: i32) -> PyResult<()> {
        let fd = descriptor(vm, fd)?;
        let mut registered = self.registered.borrow_mut();
        match registered.iter_mut().find(|(known, _)| *known == fd) {
            Some((_, mask)) => {
                *mask = eventmask as i16;
                Ok(())
            }
            None => Err(vm.os_error(libc::ENOENT, None)),
        }
    }

    /// Remove a file descriptor being tracked by the polling object.
    #[pymethod(sig = "unregister($self, fd, /)")]
    fn unregister(&self, vm: &Vm, fd: &Value) -> PyResult<()> {
        let number = descriptor(vm, fd)?;
        let mut registered = self.registered.borrow_mut();
        let before = registered.len();
        registered.retain(|(known, _)| *known != number);
        if registered.len() == before {
            return Err(vm.key_error(&vm.new_int(number.into())));
        }
        Ok(())
    }

    /// Polls the set of registered file descriptors.
    #[pymethod(sig = "poll($self, timeout=None, /)")]
    fn poll(&self, vm: &Vm, timeout: Option<&Value>) -> PyResult<Value> {
        let timeout = milliseconds(vm, timeout, 1.0)?;
        let registered = self.registered.borrow().clone();
        let fd = |(fd, events)| libc::pollfd {
            fd,
            events,
            revents: 0,
        };
        let mut fds: Vec<_> = registered.into_iter().map(fd).collect();
        poll_all(vm, &mut fds, timeout)?;
        let ready = fds.iter().filter(|fd| fd.revents != 0);
        let pair = |fd: &libc::pollfd| {
            let events = vm.new_int((fd.revents as u16).into());
            vm.new_tuple(vec![vm.new_int(fd.fd.into()), events])
        };
        Ok(vm.new_list(ready.map(pair).collect()))
    }
}

/// Returns an epolling object.
#[pytype(name = "select.epoll", tables(EPOLL))]
#[derive(Traverse)]
pub struct PyEpoll {
    #[pytraverse(skip)]
    fd: Cell<i32>,
}

impl Drop for PyEpoll {
    fn drop(&mut self) {
        if self.fd.get() >= 0 {
            // Nobody is left to hear of a failure.
            let _ = ffi::close(self.fd.get());
        }
    }
}

impl PyEpoll {
    fn open_fd(&self, vm: &Vm) -> PyResult<i32> {
        match self.fd.get() {
            -1 => Err(vm.value_error("I/O operation on closed epoll object")),
            fd => Ok(fd),
        }
    }

    fn control(&self, vm: &Vm, operation: i32, fd: &Value, events: u32) -> PyResult<()> {
        let epoll = self.open_fd(vm)?;
        let fd = descriptor(vm, fd)?;
        let result = ffi::epoll_ctl(epoll, operation, fd, events);
        result.map(|_| ()).map_err(|errno| vm.os_error(errno, None))
    }
}

#[pymethods(table = EPOLL)]
impl PyEpoll {
    #[pyslot]
    fn new(cls: &Py<PyType>, vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        let [_, _] = bind(vm, "epoll", &args, ["sizehint", "flags"], 2, 0)?;
        let fd = ffi::epoll_create().map_err(|errno| vm.os_error(errno, None))?;
        Ok(alloc::new_object(cls, PyEpoll { fd: Cell::new(fd) }).into_value())
    }

    /// Close the epoll control file descriptor.
    #[pymethod(sig = "close($self, /)")]
    fn close(&self, vm: &Vm) -> PyResult<()> {
        match self.fd.replace(-1) {
            -1 => Ok(()),
            fd => ffi::close(fd).map(|_| ()).map_err(|errno| vm.os_error(errno, None)),
        }
    }

    #[pygetset]
    fn closed(&self) -> bool {
        self.fd.get() < 0
    }

    /// Return the epoll control file descriptor.
    #[pymethod(sig = "fileno($self, /)")]
    fn fileno(&self, vm: &Vm) -> PyResult<i32> {
        self.open_fd(vm)
    }

    /// Registers a new fd.
    #[pymethod(sig = "register($self, /, fd, eventmask=7)")]
    fn register(&self, vm: &Vm, fd: &Value, eventmask: u32) -> PyResult<()> {
        self.control(vm, libc::EPOLL_CTL_ADD, fd, eventmask)
    }

    /// Modify event mask for a registered file descriptor.
    #[pymethod(sig = "modify($self, /, fd, eventmask)")]
    fn modify(&self, vm: &Vm, fd: &Value, eventmask: u32) -> PyResult<()> {
        self.control(vm, libc::EPOLL_CTL_MOD, fd, eventmask)
    }

    /// Remove a registered file descriptor from the epoll object.
    #[pymethod(sig = "unregister($self, /, fd)")]
    fn unregister(&self, vm: &Vm, fd: &Value) -> PyResult<()> {
        self.control(vm, libc::EPOLL_CTL_DEL, fd, 0)
    }

    /// Wait for events on the epoll file descriptor.
    #[pymethod(sig = "poll($self, /, timeout=None, maxevents=-1)")]
    fn poll(&self, vm: &Vm, timeout: Option<&Value>, maxevents: i32) -> PyResult<Value> {
        let epoll = self.open_fd(vm)?;
        let timeout = milliseconds(vm, timeout, 1000.0)?;
        let max = match maxevents {
            -1 => 1023,
            1.. => (maxevents as usize).min(1 << 16),
            _ => {
                let text = format!("maxevents must be greater than 0, got {maxevents}");
                return Err(vm.value_error(text));
            }
        };
        let deadline = deadline_of(timeout);
        let mut left = timeout;
        loop {
            match vm.allow_threads(|| ffi::epoll_wait(epoll, max, left)) {
                Ok(events) => {
                    let pair = |(fd, mask): (i32, u32)| {
                        vm.new_tuple(vec![vm.new_int(fd.into()), vm.new_int(mask.into())])
                    };
                    return Ok(vm.new_list(events.into_iter().map(pair).collect()));
                }
                Err(libc::EINTR) => {
                    (vm.hooks.handle_signals.get())(vm)?;
                    left = left_until(deadline, timeout);
                }
                Err(errno) => return Err(vm.os_error(errno, None)),
            }
        }
    }

    #[pymethod(sig = "__enter__($self, /)")]
    fn __enter__(zelf: &Py<Self>, vm: &Vm) -> PyResult<Value> {
        zelf.open_fd(vm)?;
        Ok(zelf.to_value())
    }

    #[pymethod]
    fn __exit__(&self, vm: &Vm, args: Args<'_>) -> PyResult<()> {
        let _ = args;
        self.close(vm)
    }
}

/// This module supports asynchronous I/O on multiple file descriptors.
#[derive::pymodule(name = "select", types(super::PyEpoll), needs_os)]
mod select_module {
    use super::{PyPoll, descriptor, milliseconds, poll_all};
    use vm::context::errors::ExcKind;
    use vm::context::{PyResult, Vm};
    use vm::import::util::set;
    use vm::object::{PyRef, Value};
    use vm::protocol::iter;

    const NUMBERS: &[(&str, i64)] = &[
        ("POLLIN", 1),
        ("POLLPRI", 2),
        ("POLLOUT", 4),
        ("POLLERR", 8),
        ("POLLHUP", 16),
        ("POLLNVAL", 32),
        ("POLLRDNORM", 64),
        ("POLLRDBAND", 128),
        ("POLLWRNORM", 256),
        ("POLLWRBAND", 512),
        ("POLLMSG", 1024),
        ("POLLRDHUP", 8192),
        ("EPOLLIN", 1),
        ("EPOLLPRI", 2),
        ("EPOLLOUT", 4),
        ("EPOLLERR", 8),
        ("EPOLLHUP", 16),
        ("EPOLLRDHUP", 8192),
        ("EPOLLET", 1 << 31),
        ("EPOLLONESHOT", 1 << 30),
        ("EPOLLEXCLUSIVE", 1 << 28),
        ("EPOLLRDNORM", 64),
        ("EPOLLRDBAND", 128),
        ("EPOLLWRNORM", 256),
        ("EPOLLWRBAND", 512),
        ("EPOLLMSG", 1024),
        ("EPOLL_CLOEXEC", 0o2_000_000),
        ("PIPE_BUF", 4096),
    ];

    fn exec(vm: &Vm, module: &Value) -> PyResult<()> {
        for (name, number) in NUMBERS {
            set(vm, module, name, vm.new_int(*number))?;
        }
        set(vm, module, "error", vm.exception_class(ExcKind::OSError).into_value())
    }

    /// Returns a polling object.
    #[pyfunction(sig = "poll($module, /)")]
    fn poll(vm: &Vm) -> Value {
        PyRef::new(vm, PyPoll::default()).into_value()
    }

    /// Wait until one or more file descriptors are ready for some kind of I/O.
    #[pyfunction(sig = "select($module, rlist, wlist, xlist, timeout=None, /)")]
    fn select(
        vm: &Vm,
        rlist: &Value,
        wlist: &Value,
        xlist: &Value,
        timeout: Option<&Value>,
    ) -> PyResult<Value> {
        let wanted = [libc::POLLIN, libc::POLLOUT, libc::POLLPRI];
        let seen = [
            libc::POLLIN | libc::POLLHUP | libc::POLLERR,
            libc::POLLOUT | libc::POLLERR,
            libc::POLLPRI,
        ];
        let mut lists = Vec::with_capacity(3);
        let mut fds = Vec::new();
        for (list, events) in [rlist, wlist, xlist].into_iter().zip(wanted) {
            let items = iter::to_vec(vm, list)
                .map_err(|_| vm.type_error("arguments 1-3 must be sequences"))?;
            for item in &items {
                let fd = descriptor(vm, item)?;
                fds.push(libc::pollfd { fd, events, revents: 0 });
            }
            lists.push(items);
        }
        let timeout = match timeout.filter(|timeout| !timeout.is_none()) {
            None => -1,
            Some(timeout) => match milliseconds(vm, Some(timeout), 1000.0)? {
                -1 => return Err(vm.value_error("timeout must be non-negative")),
                timeout => timeout,
            },
        };
        poll_all(vm, &mut fds, timeout)?;
        if fds.iter().any(|fd| fd.revents & libc::POLLNVAL != 0) {
            return Err(vm.os_error(libc::EBADF, None));
        }
        let mut fds = fds.iter();
        let mut results = Vec::with_capacity(3);
        for (items, mask) in lists.into_iter().zip(seen) {
            let ready = items
                .into_iter()
                .zip(fds.by_ref())
                .filter(|(_, fd)| fd.revents & mask != 0);
            results.push(vm.new_list(ready.map(|(item, _)| item).collect()));
        }
        Ok(vm.new_tuple(results))
    }
}
