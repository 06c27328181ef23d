//! `_socket.socket`: the object. Timeouts are made of `poll` and sockets that do not block, as CPython makes them.
//!
//! CPython 3.11: `sock_call_ex` and the methods in `Modules/socketmodule.c`.

use super::address::{failed, from_python, to_python};
use super::ffi::{self, Address, Sys};
use derive::{Traverse, pymethods, pytype};
use std::cell::Cell;
use std::time::{Duration, Instant};
use vm::context::errors::ExcKind;
use vm::context::{PyErr, PyResult, Vm};
use vm::modules::io::base::buffer_of::Writable;
use vm::object::alloc::new_object;
use vm::object::{Args, Py, PyType, Value};
use vm::protocol::convert_int::to_i32;
use vm::protocol::{buffer, iter, number};

/// socket(family=AF_INET, type=SOCK_STREAM, proto=0) -> socket object
/// socket(family=-1, type=-1, proto=-1, fileno=None) -> socket object
///
/// Open a socket of the given type.  The family argument specifies the
/// address family; it defaults to AF_INET.  The type argument specifies
/// whether this is a stream (SOCK_STREAM, this is the default)
/// or datagram (SOCK_DGRAM) socket.  The protocol argument defaults to 0,
/// specifying the default protocol.  Keyword arguments are accepted.
/// The socket is created as non-inheritable.
#[pytype(name = "_socket.socket", flags(BASETYPE), tables(SOCKET))]
#[derive(Traverse)]
pub struct PySocket {
    fd: Cell<i32>,
    family: Cell<i32>,
    kind: Cell<i32>,
    proto: Cell<i32>,
    /// Nanoseconds; negative waits without end, 0 does not wait.
    timeout: Cell<i64>,
}

/// The timeout of new sockets (`socket.setdefaulttimeout`).
pub struct DefaultTimeout(pub Cell<i64>);

impl Default for DefaultTimeout {
    fn default() -> DefaultTimeout {
        DefaultTimeout(Cell::new(-1))
    }
}

/// A timeout argument in nanoseconds; None is -1.
pub fn parse_timeout(vm: &Vm, value: &Value) -> PyResult<i64> {
    if value.is_none() {
        return Ok(-1);
    }
    let seconds = number::to_f64(vm, value)?;
    if seconds.is_nan() {
        return Err(vm.value_error("Invalid value NaN (not a number)"));
    }
    if seconds < 0.0 {
        return Err(vm.value_error("Timeout value out of range"));
    }
    if seconds > 9.2e9 {
        return Err(vm.overflow_error("timeout doesn't fit into C timeval"));
    }
    // Rounded up: a wait of less than a nanosecond is still a wait.
    Ok((seconds * 1e9).ceil() as i64)
}

/// A timeout as Python sees it.
pub fn show_timeout(vm: &Vm, timeout: i64) -> Value {
    if timeout < 0 {
        Value::None
    } else {
        vm.new_float(timeout as f64 * 1e-9)
    }
}

fn timed_out(vm: &Vm) -> PyErr {
    vm.timeout_error("timed out")
}

impl PySocket {
    /// Calls until it neither was interrupted nor would block, within the timeout (`sock_call_ex`). With `waits_first` it is awaited
    /// before the first call.
    fn call<T>(
        &self,
        vm: &Vm,
        write: bool,
        waits_first: bool,
        mut call: impl FnMut() -> Sys<T> + Send,
    ) -> PyResult<T> {
        let timeout = self.timeout.get();
        let deadline = u64::try_from(timeout)
            .ok()
            .filter(|timeout| *timeout > 0)
            .and_then(|timeout| Instant::now().checked_add(Duration::from_nanos(timeout)));
        let mut waits = waits_first || timeout > 0;
        let fd = self.fd.get();
        loop {
            if waits && (timeout > 0 || waits_first) {
                let left = match deadline {
                    None => -1,
                    Some(deadline) => {
                        let left = deadline.saturating_duration_since(Instant::now());
                        if left.is_zero() {
                            return Err(timed_out(vm));
                        }
                        i32::try_from(left.as_micros().div_ceil(1000)).unwrap_or(i32::MAX)
                    }
                };
                match vm.allow_threads(|| ffi::wait(fd, write, left)) {
                    Ok(true) => {}
                    Ok(false) => return Err(timed_out(vm)),
                    Err(libc::EINTR) => {
                        (vm.hooks.handle_signals.get())(vm)?;
                        continue;
                    }
                    Err(errno) => return Err(failed(vm, errno)),
                }
            }
            match vm.allow_threads(&mut call) {
                Ok(value) => return Ok(value),
                Err(libc::EINTR) => {
                    (vm.hooks.handle_signals.get())(vm)?;
                    waits = false;
                }
                // Somebody else was quicker.
                Err(libc::EAGAIN) if timeout > 0 => waits = true,
                Err(errno) => return Err(failed(vm, errno)),
            }
        }
    }

    fn connect_to(&self, vm: &Vm, address: &Address) -> PyResult<Result<(), i32>> {
        let fd = self.fd.get();
        let first = vm.allow_threads(|| ffi::connect(fd, address));
        let waits = match first {
            Err(libc::EINTR) => {
                (vm.hooks.handle_signals.get())(vm)?;
                self.timeout.get() != 0
            }
            Err(libc::EINPROGRESS) => self.timeout.get() > 0,
            result => return Ok(result),
        };
        if !waits {
            return Ok(first);
        }
        self.call(vm, true, true, || {
            let mut error = [0; 4];
            ffi::getsockopt(fd, libc::SOL_SOCKET, libc::SO_ERROR, &mut error)?;
            match i32::from_ne_bytes(error) {
                0 | libc::EISCONN => Ok(Ok(())),
                errno => Ok(Err(errno)),
            }
        })
    }

    fn apply_timeout(&self, vm: &Vm, timeout: i64) -> PyResult<()> {
        self.timeout.set(timeout);
        ffi::set_blocking(self.fd.get(), timeout < 0).map_err(|errno| failed(vm, errno))
    }

    fn size(vm: &Vm, size: isize, function: &str) -> PyResult<Vec<u8>> {
        let Ok(size) = usize::try_from(size) else {
            return Err(vm.value_error(format!("negative buffersize in {function}")));
        };
        vm.try_reserve(size)?;
        Ok(vec![0; size])
    }

    fn window(vm: &Vm, memory: &Writable, nbytes: isize, function: &str) -> PyResult<Vec<u8>> {
        let Ok(wanted) = usize::try_from(nbytes) else {
            return Err(vm.value_error(format!("negative buffersize in {function}")));
        };
        if wanted > memory.len() {
            return Err(vm.value_error("nbytes is greater than the length of the buffer"));
        }
        Ok(vec![0; if wanted == 0 { memory.len() } else { wanted }])
    }
}

#[pymethods(table = SOCKET)]
impl PySocket {
    #[pyslot]
    fn slot_new(cls: &Py<PyType>, vm: &Vm, _args: Args<'_>) -> Value {
        let timeout = vm.state.get::<DefaultTimeout>().0.get();
        let socket = PySocket {
            fd: Cell::new(-1),
            family: Cell::new(0),
            kind: Cell::new(0),
            proto: Cell::new(0),
            timeout: Cell::new(timeout),
        };
        let socket = new_object(cls, socket);
        vm.heap.count_noticed(socket.object());
        socket.into_value()
    }

    #[pyslot(sig = "socket(family=-1, type=-1, proto=-1, fileno=None)")]
    fn init(&self, vm: &Vm, family: i32, r#type: i32, proto: i32, fileno: &Value) -> PyResult<()> {
        let (mut family, mut kind, mut proto) = (family, r#type, proto);
        let fd = if fileno.is_none() {
            family = if family == -1 { libc::AF_INET } else { family };
            kind = if kind == -1 { libc::SOCK_STREAM } else { kind };
            proto = proto.max(0);
            vm.allow_threads(|| ffi::socket(family, kind, proto))
                .map_err(|errno| failed(vm, errno))?
        } else {
            if fileno.as_float().is_some() && fileno.as_int().is_none() {
                return Err(vm.type_error("integer argument expected, got float"));
            }
            let fd = to_i32(vm, fileno)?;
            if fd < 0 {
                return Err(vm.value_error("negative file descriptor"));
            }
            let address = ffi::name(fd, false).map_err(|errno| failed(vm, errno))?;
            if family == -1 {
                family = address.family();
            }
            let option = |option: i32| -> PyResult<i32> {
                let mut value = [0; 4];
                ffi::getsockopt(fd, libc::SOL_SOCKET, option, &mut value).map_err(|errno| failed(vm, errno))?;
                Ok(i32::from_ne_bytes(value))
            };
            if kind == -1 {
                kind = option(libc::SO_TYPE)?;
            }
            if proto == -1 {
                proto = option(libc::SO_PROTOCOL)?;
            }
            fd
        };
        self.fd.set(fd);
        self.family.set(family);
        self.proto.set(proto);
        if kind & libc::SOCK_NONBLOCK != 0 {
            self.timeout.set(0);
        } else if self.timeout.get() >= 0 {
            ffi::set_blocking(fd, false).map_err(|errno| failed(vm, errno))?;
        }
        self.kind.set(kind & !(libc::SOCK_NONBLOCK | libc::SOCK_CLOEXEC));
        Ok(())
    }

    #[pyslot]
    fn finalize(zelf: &Py<Self>, vm: &Vm) {
        if zelf.fd.get() < 0 {
            return;
        }
        let shown = vm::protocol::repr::repr_text(vm, &zelf.as_value()).unwrap_or_default();
        let message = vm.new_str(&format!("unclosed {shown}"));
        let category = vm.exception_class(ExcKind::ResourceWarning).into_value();
        let warned = vm::modules::warnings::warn(vm, message, category, 1, Some(zelf.as_value().clone()));
        if let Err(error) = warned
            && error.is(vm, ExcKind::Warning)
        {
            (vm.hooks.unraisable.get())(vm, error, &zelf.as_value());
        }
        let _ = ffi::close(zelf.fd.replace(-1));
    }

    #[pyslot]
    fn repr(&self) -> String {
        format!(
            "<socket object, fd={}, family={}, type={}, proto={}>",
            self.fd.get(),
            self.family.get(),
            self.kind.get(),
            self.proto.get()
        )
    }

    /// the socket family
    #[pymember]
    fn family(&self) -> i32 {
        self.family.get()
    }

    /// the socket type
    #[pymember(name = "type")]
    fn kind(&self) -> i32 {
        self.kind.get()
    }

    /// the socket protocol
    #[pymember]
    fn proto(&self) -> i32 {
        self.proto.get()
    }

    /// the socket timeout
    #[pygetset]
    fn timeout(&self, vm: &Vm) -> Value {
        show_timeout(vm, self.timeout.get())
    }

    /// _accept() -> (integer, address info)
    ///
    /// Wait for an incoming connection.  Return a new socket file descriptor
    /// representing the connection, and the address of the client.
    /// For IP sockets, the address info is a pair (hostaddr, port).
    #[pymethod]
    fn _accept(&self, vm: &Vm) -> PyResult<Value> {
        let fd = self.fd.get();
        let (new, address) = self.call(vm, false, false, || ffi::accept(fd))?;
        Ok(vm.new_tuple(vec![vm.new_int(new.into()), to_python(vm, &address)]))
    }

    /// bind(address)
    ///
    /// Bind the socket to a local address.  For IP sockets, the address is a
    /// pair (host, port); the host must refer to the local host. For raw packet
    /// sockets the address is a tuple (ifname, proto [,pkttype [,hatype [,addr]]])
    #[pymethod(sig = "bind($self, address, /)", no_text_signature)]
    fn bind(&self, vm: &Vm, address: &Value) -> PyResult<()> {
        let address = from_python(vm, "bind", self.family.get(), address)?;
        let fd = self.fd.get();
        vm.allow_threads(|| ffi::bind(fd, &address)).map_err(|errno| failed(vm, errno))
    }

    /// close()
    ///
    /// Close the socket.  It cannot be used after this call.
    #[pymethod]
    fn close(&self, vm: &Vm) -> PyResult<()> {
        let fd = self.fd.replace(-1);
        if fd == -1 {
            return Ok(());
        }
        match vm.allow_threads(|| ffi::close(fd)) {
            // The connection may be gone already.
            Err(errno) if errno != libc::ECONNRESET => Err(failed(vm, errno)),
            _ => Ok(()),
        }
    }

    /// detach()
    ///
    /// Close the socket object without closing the underlying file descriptor.
    /// The object cannot be used after this call, but the file descriptor
    /// can be reused for other purposes.  The file descriptor is returned.
    #[pymethod]
    fn detach(&self) -> i32 {
        self.fd.replace(-1)
    }

    /// fileno() -> integer
    ///
    /// Return the integer file descriptor of the socket.
    #[pymethod]
    fn fileno(&self) -> i32 {
        self.fd.get()
    }

    /// connect(address)
    ///
    /// Connect the socket to a remote address.  For IP sockets, the address
    /// is a pair (host, port).
    #[pymethod(sig = "connect($self, address, /)", no_text_signature)]
    fn connect(&self, vm: &Vm, address: &Value) -> PyResult<()> {
        let address = from_python(vm, "connect", self.family.get(), address)?;
        self.connect_to(vm, &address)?.map_err(|errno| failed(vm, errno))
    }

    /// connect_ex(address) -> errno
    ///
    /// This is like connect(address), but returns an error code (the errno value)
    /// instead of raising an exception when an error occurs.
    #[pymethod(sig = "connect_ex($self, address, /)", no_text_signature)]
    fn connect_ex(&self, vm: &Vm, address: &Value) -> PyResult<i32> {
        let address = from_python(vm, "connect_ex", self.family.get(), address)?;
        match self.connect_to(vm, &address) {
            Ok(result) => Ok(result.err().unwrap_or(0)),
            Err(error) if error.is(vm, ExcKind::TimeoutError) => Ok(libc::EWOULDBLOCK),
            Err(error) => Err(error),
        }
    }

    /// getpeername() -> address info
    ///
    /// Return the address of the remote endpoint.  For IP sockets, the address
    /// info is a pair (hostaddr, port).
    #[pymethod]
    fn getpeername(&self, vm: &Vm) -> PyResult<Value> {
        let address = ffi::name(self.fd.get(), true).map_err(|errno| failed(vm, errno))?;
        Ok(to_python(vm, &address))
    }

    /// getsockname() -> address info
    ///
    /// Return the address of the local endpoint. The format depends on the
    /// address family. For IPv4 sockets, the address info is a pair
    /// (hostaddr, port).
    #[pymethod]
    fn getsockname(&self, vm: &Vm) -> PyResult<Value> {
        let address = ffi::name(self.fd.get(), false).map_err(|errno| failed(vm, errno))?;
        Ok(to_python(vm, &address))
    }

    /// getsockopt(level, option[, buffersize]) -> value
    ///
    /// Get a socket option.  See the Unix manual for level and option.
    /// If a nonzero buffersize argument is given, the return value is a
    /// string of that length; otherwise it is an integer.
    #[pymethod(sig = "getsockopt($self, level, option, buffersize=0, /)", no_text_signature)]
    fn getsockopt(&self, vm: &Vm, level: i32, option: i32, buffersize: i32) -> PyResult<Value> {
        let fd = self.fd.get();
        if buffersize == 0 {
            let mut value = [0; 4];
            ffi::getsockopt(fd, level, option, &mut value).map_err(|errno| failed(vm, errno))?;
            return Ok(vm.new_int(i32::from_ne_bytes(value).into()));
        }
        if !(1..=1024).contains(&buffersize) {
            return Err(vm.new_exception(ExcKind::OSError, vm.new_str("getsockopt buflen out of range")));
        }
        let mut value = vec![0; buffersize as usize];
        let len = ffi::getsockopt(fd, level, option, &mut value).map_err(|errno| failed(vm, errno))?;
        Ok(vm.new_bytes(value.get(..len).unwrap_or(&value)))
    }

    /// setsockopt(level, option, value: int)
    /// setsockopt(level, option, value: buffer)
    /// setsockopt(level, option, None, optlen: int)
    ///
    /// Set a socket option.  See the Unix manual for level and option.
    /// The value argument can either be an integer, a string buffer, or
    /// None, optlen.
    #[pymethod(sig = "setsockopt($self, level, option, value, optlen=<unrepresentable>, /)", no_text_signature)]
    fn setsockopt(&self, vm: &Vm, level: i32, option: i32, value: &Value, optlen: Option<&Value>) -> PyResult<()> {
        let fd = self.fd.get();
        let result = match optlen {
            Some(len) if value.is_none() => ffi::setsockopt(fd, level, option, Err(to_i32(vm, len)? as u32)),
            Some(_) => return Err(vm.type_error("socket option should be None")),
            None if value.as_int().is_some() => {
                ffi::setsockopt(fd, level, option, Ok(&to_i32(vm, value)?.to_ne_bytes()))
            }
            None if value.is_none() => return Err(vm.type_error("a bytes-like object is required, not 'NoneType'")),
            None => ffi::setsockopt(fd, level, option, Ok(&buffer::to_vec(vm, value)?)),
        };
        result.map_err(|errno| failed(vm, errno))
    }

    /// gettimeout() -> timeout
    ///
    /// Returns the timeout in seconds (float) associated with socket operations.
    /// A timeout of None indicates that timeouts on socket operations are disabled.
    #[pymethod]
    fn gettimeout(&self, vm: &Vm) -> Value {
        show_timeout(vm, self.timeout.get())
    }

    /// settimeout(timeout)
    ///
    /// Set a timeout on socket operations.  'timeout' can be a float,
    /// giving in seconds, or None.  Setting a timeout of None disables
    /// the timeout feature and is equivalent to setblocking(1).
    /// Setting a timeout of zero is the same as setblocking(0).
    #[pymethod(sig = "settimeout($self, timeout, /)", no_text_signature)]
    fn settimeout(&self, vm: &Vm, timeout: &Value) -> PyResult<()> {
        self.apply_timeout(vm, parse_timeout(vm, timeout)?)
    }

    /// setblocking(flag)
    ///
    /// Set the socket to blocking (flag is true) or non-blocking (false).
    /// setblocking(True) is equivalent to settimeout(None);
    /// setblocking(False) is equivalent to settimeout(0.0).
    #[pymethod(sig = "setblocking($self, flag, /)", no_text_signature)]
    fn setblocking(&self, vm: &Vm, flag: bool) -> PyResult<()> {
        self.apply_timeout(vm, if flag { -1 } else { 0 })
    }

    /// getblocking()
    ///
    /// Returns True if socket is in blocking mode, or False if it
    /// is in non-blocking mode.
    #[pymethod]
    fn getblocking(&self) -> bool {
        self.timeout.get() != 0
    }

    /// listen([backlog])
    ///
    /// Enable a server to accept connections.  If backlog is specified, it must be
    /// at least 0 (if it is lower, it is set to 0); it specifies the number of
    /// unaccepted connections that the system will allow before refusing new
    /// connections. If not specified, a default reasonable value is chosen.
    #[pymethod(sig = "listen($self, backlog=128, /)", no_text_signature)]
    fn listen(&self, vm: &Vm, backlog: Option<i32>) -> PyResult<()> {
        let (fd, backlog) = (self.fd.get(), backlog.unwrap_or(128).max(0));
        vm.allow_threads(|| ffi::listen(fd, backlog)).map_err(|errno| failed(vm, errno))
    }

    /// recv(buffersize[, flags]) -> data
    ///
    /// Receive up to buffersize bytes from the socket.  For the optional flags
    /// argument, see the Unix manual.  When no data is available, block until
    /// at least one byte is available or until the remote end is closed.  When
    /// the remote end is closed and all data is read, return the empty string.
    #[pymethod(sig = "recv($self, buffersize, flags=0, /)", no_text_signature)]
    fn recv(&self, vm: &Vm, buffersize: isize, flags: i32) -> PyResult<Value> {
        let mut bytes = Self::size(vm, buffersize, "recv")?;
        let fd = self.fd.get();
        let count = self.call(vm, false, false, || ffi::recv(fd, &mut bytes, flags))?;
        Ok(vm.new_bytes(bytes.get(..count).unwrap_or(&bytes)))
    }

    /// recv_into(buffer, [nbytes[, flags]]) -> nbytes_read
    ///
    /// A version of recv() that stores its data into a buffer rather than creating
    /// a new string.  Receive up to buffersize bytes from the socket.  If buffersize
    /// is not specified (or 0), receive up to the size available in the given buffer.
    ///
    /// See recv() for documentation about the flags.
    #[pymethod(sig = "recv_into($self, buffer, nbytes=0, flags=0)", no_text_signature)]
    fn recv_into(&self, vm: &Vm, buffer: &Value, nbytes: isize, flags: i32) -> PyResult<usize> {
        let memory = Writable::of(vm, "recv_into", buffer)?;
        let mut bytes = Self::window(vm, &memory, nbytes, "recv_into")?;
        let fd = self.fd.get();
        let count = self.call(vm, false, false, || ffi::recv(fd, &mut bytes, flags))?;
        memory.fill(0, bytes.get(..count).unwrap_or(&bytes));
        Ok(count)
    }

    /// recvfrom(buffersize[, flags]) -> (data, address info)
    ///
    /// Like recv(buffersize, flags) but also return the sender's address info.
    #[pymethod(sig = "recvfrom($self, buffersize, flags=0, /)", no_text_signature)]
    fn recvfrom(&self, vm: &Vm, buffersize: isize, flags: i32) -> PyResult<Value> {
        let mut bytes = Self::size(vm, buffersize, "recvfrom")?;
        let fd = self.fd.get();
        let (count, address) = self.call(vm, false, false, || ffi::recvfrom(fd, &mut bytes, flags))?;
        let data = vm.new_bytes(bytes.get(..count).unwrap_or(&bytes));
        Ok(vm.new_tuple(vec![data, to_python(vm, &address)]))
    }

    /// recvfrom_into(buffer[, nbytes[, flags]]) -> (nbytes, address info)
    ///
    /// Like recv_into(buffer[, nbytes[, flags]]) but also return the sender's address info.
    #[pymethod(sig = "recvfrom_into($self, buffer, nbytes=0, flags=0)", no_text_signature)]
    fn recvfrom_into(&self, vm: &Vm, buffer: &Value, nbytes: isize, flags: i32) -> PyResult<Value> {
        let memory = Writable::of(vm, "recvfrom_into", buffer)?;
        let mut bytes = Self::window(vm, &memory, nbytes, "recvfrom_into")?;
        let fd = self.fd.get();
        let (count, address) = self.call(vm, false, false, || ffi::recvfrom(fd, &mut bytes, flags))?;
        memory.fill(0, bytes.get(..count).unwrap_or(&bytes));
        Ok(vm.new_tuple(vec![vm.new_usize(count), to_python(vm, &address)]))
    }

    /// send(data[, flags]) -> count
    ///
    /// Send a data string to the socket.  For the optional flags
    /// argument, see the Unix manual.  Return the number of bytes
    /// sent; this may be less than len(data) if the network is busy.
    #[pymethod(sig = "send($self, data, flags=0, /)", no_text_signature)]
    fn send(&self, vm: &Vm, data: &Value, flags: i32) -> PyResult<usize> {
        let data = buffer::to_vec(vm, data)?;
        let fd = self.fd.get();
        self.call(vm, true, false, || ffi::send(fd, &data, flags))
    }

    /// sendall(data[, flags])
    ///
    /// Send a data string to the socket.  For the optional flags
    /// argument, see the Unix manual.  This calls send() repeatedly
    /// until all data is sent.  If an error occurs, it's impossible
    /// to tell how much data has been sent.
    #[pymethod(sig = "sendall($self, data, flags=0, /)", no_text_signature)]
    fn sendall(&self, vm: &Vm, data: &Value, flags: i32) -> PyResult<()> {
        let data = buffer::to_vec(vm, data)?;
        let fd = self.fd.get();
        let timeout = self.timeout.get();
        let start = Instant::now();
        let mut sent = 0;
        while sent < data.len() {
            let rest = &data[sent..];
            if timeout > 0 && start.elapsed().as_nanos() >= timeout as u128 {
                return Err(timed_out(vm));
            }
            sent += self.call(vm, true, false, || ffi::send(fd, rest, flags))?;
            (vm.hooks.handle_signals.get())(vm)?;
        }
        Ok(())
    }

    /// sendto(data[, flags], address) -> count
    ///
    /// Like send(data, flags) but allows specifying the destination address.
    /// For IP sockets, the address is a pair (hostaddr, port).
    #[pymethod]
    fn sendto(&self, vm: &Vm, args: Args<'_>) -> PyResult<usize> {
        let (data, flags, address) = match args.positional() {
            [data, address] => (data, 0, address),
            [data, flags, address] => (data, to_i32(vm, flags)?, address),
            given => {
                let count = given.len();
                return Err(vm.type_error(format!("sendto() takes 2 or 3 arguments ({count} given)")));
            }
        };
        let data = buffer::to_vec(vm, data)?;
        let address = from_python(vm, "sendto", self.family.get(), address)?;
        let fd = self.fd.get();
        self.call(vm, true, false, || ffi::sendto(fd, &data, flags, &address))
    }

    /// sendmsg(buffers[, ancdata[, flags[, address]]]) -> count
    ///
    /// Send normal and ancillary data to the socket, gathering the
    /// non-ancillary data from a series of buffers and concatenating it into
    /// a single message.
    #[pymethod(sig = "sendmsg($self, buffers, ancdata=(), flags=0, address=None, /)", no_text_signature)]
    fn sendmsg(
        &self,
        vm: &Vm,
        buffers: &Value,
        ancdata: Option<&Value>,
        flags: i32,
        address: &Value,
    ) -> PyResult<usize> {
        let mut parts = Vec::new();
        for part in iter::to_vec(vm, buffers)? {
            parts.push(buffer::to_vec(vm, &part)?);
        }
        let mut control = Vec::new();
        let given = ancdata.map_or(Ok(Vec::new()), |given| iter::to_vec(vm, given))?;
        for item in given {
            let fields = iter::to_vec(vm, &item)?;
            let [level, kind, data] = fields.as_slice() else {
                return Err(vm.type_error("[sendmsg() ancillary data items] must be a 3-tuple"));
            };
            control.push((to_i32(vm, level)?, to_i32(vm, kind)?, buffer::to_vec(vm, data)?));
        }
        let address = match address.is_none() {
            true => None,
            false => Some(from_python(vm, "sendmsg", self.family.get(), address)?),
        };
        let fd = self.fd.get();
        self.call(vm, true, false, || ffi::sendmsg(fd, &parts, &control, flags, address.as_ref()))
    }

    /// recvmsg(bufsize[, ancbufsize[, flags]]) -> (data, ancdata, msg_flags, address)
    ///
    /// Receive normal data (up to bufsize bytes) and ancillary data from the
    /// socket.
    #[pymethod(sig = "recvmsg($self, bufsize, ancbufsize=0, flags=0, /)", no_text_signature)]
    fn recvmsg(&self, vm: &Vm, bufsize: isize, ancbufsize: isize, flags: i32) -> PyResult<Value> {
        let Ok(size) = usize::try_from(bufsize) else {
            return Err(vm.value_error("negative buffer size in recvmsg()"));
        };
        let Some(control_len) = usize::try_from(ancbufsize).ok().filter(|len| *len <= 0x7fff_ffff) else {
            return Err(vm.value_error("invalid ancillary data buffer length"));
        };
        vm.try_reserve(size.saturating_add(control_len))?;
        let mut bytes = vec![0; size];
        let fd = self.fd.get();
        let got = self.call(vm, false, false, || ffi::recvmsg(fd, &mut bytes, control_len, flags))?;
        let control = got.control.iter().map(|(level, kind, data)| {
            vm.new_tuple(vec![vm.new_int((*level).into()), vm.new_int((*kind).into()), vm.new_bytes(data)])
        });
        Ok(vm.new_tuple(vec![
            vm.new_bytes(bytes.get(..got.count).unwrap_or(&bytes)),
            vm.new_list(control.collect()),
            vm.new_int(got.flags.into()),
            to_python(vm, &got.address),
        ]))
    }

    /// shutdown(flag)
    ///
    /// Shut down the reading side of the socket (flag == SHUT_RD), the writing side
    /// of the socket (flag == SHUT_WR), or both ends (flag == SHUT_RDWR).
    #[pymethod(sig = "shutdown($self, flag, /)", no_text_signature)]
    fn shutdown(&self, vm: &Vm, flag: i32) -> PyResult<()> {
        let fd = self.fd.get();
        vm.allow_threads(|| ffi::shutdown(fd, flag)).map_err(|errno| failed(vm, errno))
    }
}
