//! `_socket`: sockets and names.
//!
//! CPython 3.11: `Modules/socketmodule.c`.

mod address;
mod constants;
mod ffi;
mod object;

pub use socket_module::DEF;

use vm::object::Value;

/// Exception classes of the module.
struct Errors {
    gaierror: Value,
}

/// The module.
#[derive::pymodule(name = "_socket", types(super::object::PySocket), needs_os)]
pub mod socket_module {
    //! Implementation module for socket operations.
    //!
    //! See the socket module for documentation.
    use super::address::{self, failed, gai_failed, host_name, to_python};
    use super::ffi::{self, Address, Hints};
    use super::object::{DefaultTimeout, PySocket, parse_timeout, show_timeout};
    use std::ffi::CString;
    use vm::context::errors::ExcKind;
    use vm::context::{PyResult, Vm};
    use vm::import::util::set;
    use vm::object::{Payload, Value};
    use vm::protocol::convert_int::{to_i32, to_i64};
    use vm::protocol::buffer;
    use vm::protocol::fs::fs_decode;
    use vm::types::str::value::PyStr;
    use vm::types::tuple::value::PyTuple;

    fn os_error(vm: &Vm, text: &str) -> vm::context::PyErr {
        vm.new_exception(ExcKind::OSError, vm.new_str(text))
    }

    /// close(integer) -> None
    ///
    /// Close an integer socket file descriptor.  This is like os.close(), but for
    /// sockets; on some platforms os.close() won't work for socket file descriptors.
    #[pyfunction(sig = "close($module, fd, /)", no_text_signature)]
    fn close(vm: &Vm, fd: i32) -> PyResult<()> {
        match vm.allow_threads(|| ffi::close(fd)) {
            Err(errno) if errno != libc::ECONNRESET => Err(failed(vm, errno)),
            _ => Ok(()),
        }
    }

    /// dup(integer) -> integer
    ///
    /// Duplicate an integer socket file descriptor.
    #[pyfunction(sig = "dup($module, fd, /)", no_text_signature)]
    fn dup(vm: &Vm, fd: i32) -> PyResult<i32> {
        ffi::dup(fd).map_err(|errno| failed(vm, errno))
    }

    /// socketpair([family[, type [, proto]]]) -> (socket object, socket object)
    ///
    /// Create a pair of socket objects from the sockets returned by the platform
    /// socketpair() function.
    #[pyfunction(sig = "socketpair($module, family=1, type=1, proto=0, /)", no_text_signature)]
    fn socketpair(vm: &Vm, family: Option<i32>, r#type: Option<i32>, proto: Option<i32>) -> PyResult<Value> {
        let family = family.unwrap_or(libc::AF_UNIX);
        let kind = r#type.unwrap_or(libc::SOCK_STREAM);
        let proto = proto.unwrap_or(0);
        let (a, b) = ffi::socketpair(family, kind, proto).map_err(|errno| failed(vm, errno))?;
        let class = PySocket::class(vm).to_value();
        let make = |fd: i32| {
            let numbers = [family, kind, proto, fd].map(|n| vm.new_int(n.into()));
            vm::protocol::call::call_args(vm, &class, &numbers)
        };
        Ok(vm.new_tuple(vec![make(a)?, make(b)?]))
    }

    /// getdefaulttimeout() -> timeout
    ///
    /// Returns the default timeout in seconds (float) for new socket objects.
    /// A value of None indicates that new socket objects have no timeout.
    /// When the socket module is first imported, the default is None.
    #[pyfunction]
    fn getdefaulttimeout(vm: &Vm) -> Value {
        show_timeout(vm, vm.state.get::<DefaultTimeout>().0.get())
    }

    /// setdefaulttimeout(timeout)
    ///
    /// Set the default timeout in seconds (float) for new socket objects.
    /// A value of None indicates that new socket objects have no timeout.
    /// When the socket module is first imported, the default is None.
    #[pyfunction(sig = "setdefaulttimeout($module, timeout, /)", no_text_signature)]
    fn setdefaulttimeout(vm: &Vm, timeout: &Value) -> PyResult<()> {
        let timeout = parse_timeout(vm, timeout)?;
        vm.state.get::<DefaultTimeout>().0.set(timeout);
        Ok(())
    }

    /// gethostname() -> string
    ///
    /// Return the current host name.
    #[pyfunction]
    fn gethostname(vm: &Vm) -> PyResult<Value> {
        let name = ffi::gethostname().map_err(|errno| failed(vm, errno))?;
        Ok(fs_decode(vm, &name).into_value())
    }

    /// gethostbyname(host) -> address
    ///
    /// Return the IP address (a string of the form '255.255.255.255') for a host.
    #[pyfunction(sig = "gethostbyname($module, host, /)", no_text_signature)]
    fn gethostbyname(vm: &Vm, host: &Value) -> PyResult<String> {
        let address = address::resolve(vm, &host_name(vm, host)?, libc::AF_INET)?;
        Ok(address::ip_text(&address))
    }

    fn host_entry(vm: &Vm, name: &CString, shown: Option<Vec<u8>>) -> PyResult<Value> {
        let hints = Hints { kind: libc::SOCK_STREAM, flags: libc::AI_CANONNAME, family: libc::AF_INET, ..Hints::default() };
        let found = vm
            .allow_threads(|| ffi::getaddrinfo(Some(name), None, hints))
            .map_err(|error| gai_failed(vm, error))?;
        let canonical = found.first().map_or(Vec::new(), |first| first.name.clone());
        let mut addresses = Vec::new();
        for entry in &found {
            addresses.push(vm.new_str(&address::ip_text(&entry.address)));
        }
        let shown = shown.unwrap_or(canonical);
        Ok(vm.new_tuple(vec![
            fs_decode(vm, &shown).into_value(),
            vm.new_list(Vec::new()),
            vm.new_list(addresses),
        ]))
    }

    /// gethostbyname_ex(host) -> (name, aliaslist, addresslist)
    ///
    /// Return the true host name, a list of aliases, and a list of IP addresses,
    /// for a host.  The host argument is a string giving a host name or IP number.
    #[pyfunction(sig = "gethostbyname_ex($module, host, /)", no_text_signature)]
    fn gethostbyname_ex(vm: &Vm, host: &Value) -> PyResult<Value> {
        host_entry(vm, &host_name(vm, host)?, None)
    }

    /// gethostbyaddr(host) -> (name, aliaslist, addresslist)
    ///
    /// Return the true host name, a list of aliases, and a list of IP addresses,
    /// for a host.  The host argument is a string giving a host name or IP number.
    #[pyfunction(sig = "gethostbyaddr($module, host, /)", no_text_signature)]
    fn gethostbyaddr(vm: &Vm, host: &Value) -> PyResult<Value> {
        let address = address::resolve(vm, &host_name(vm, host)?, 0)?;
        let (name, _) = vm
            .allow_threads(|| ffi::getnameinfo(&address, libc::NI_NAMEREQD))
            .map_err(|error| gai_failed(vm, error))?;
        let text = vm.new_str(&address::ip_text(&address));
        Ok(vm.new_tuple(vec![
            fs_decode(vm, &name).into_value(),
            vm.new_list(Vec::new()),
            vm.new_list(vec![text]),
        ]))
    }

    /// getaddrinfo(host, port [, family, type, proto, flags])
    ///     -> list of (family, type, proto, canonname, sockaddr)
    ///
    /// Resolve host and port into addrinfo struct.
    #[pyfunction(sig = "getaddrinfo($module, host, port, family=0, type=0, proto=0, flags=0)", no_text_signature)]
    fn getaddrinfo(vm: &Vm, host: &Value, port: &Value, family: i32, r#type: i32, proto: i32, flags: i32) -> PyResult<Value> {
        let host = match host.is_none() {
            true => None,
            false => match host_name(vm, host) {
                Ok(name) => Some(name),
                Err(error) if error.is(vm, ExcKind::TypeError) && host.downcast_ref::<PyStr>().is_none() => {
                    return Err(vm.type_error("getaddrinfo() argument 1 must be string or None"));
                }
                Err(error) => return Err(error),
            },
        };
        let text = |bytes: Vec<u8>| CString::new(bytes).map_err(|_| vm.value_error("embedded null character"));
        let service = if port.is_none() {
            None
        } else if port.as_int().is_some() {
            Some(text(to_i64(vm, port)?.to_string().into_bytes())?)
        } else if let Some(name) = port.downcast_ref::<PyStr>() {
            Some(text(name.to_string_lossy().into_owned().into_bytes())?)
        } else if buffer::check(vm, port) {
            Some(text(buffer::to_vec(vm, port)?)?)
        } else {
            return Err(os_error(vm, "Int or String expected"));
        };
        let hints = Hints { family, kind: r#type, protocol: proto, flags };
        let found = vm
            .allow_threads(|| ffi::getaddrinfo(host.as_ref(), service.as_ref(), hints))
            .map_err(|error| gai_failed(vm, error))?;
        let entries = found.iter().map(|entry| {
            vm.new_tuple(vec![
                vm.new_int(entry.family.into()),
                vm.new_int(entry.kind.into()),
                vm.new_int(entry.protocol.into()),
                fs_decode(vm, &entry.name).into_value(),
                to_python(vm, &entry.address),
            ])
        });
        Ok(vm.new_list(entries.collect()))
    }

    /// getnameinfo(sockaddr, flags) --> (host, port)
    ///
    /// Get host and port for a sockaddr.
    #[pyfunction(sig = "getnameinfo($module, sockaddr, flags, /)", no_text_signature)]
    fn getnameinfo(vm: &Vm, sockaddr: &Value, flags: i32) -> PyResult<Value> {
        let Some(parts) = sockaddr.downcast_ref::<PyTuple>() else {
            return Err(vm.type_error("getnameinfo() argument 1 must be a tuple"));
        };
        let [host, port, rest @ ..] = parts.as_slice() else {
            return Err(vm.type_error("getnameinfo(): illegal sockaddr argument"));
        };
        let flow = rest.first().map_or(Ok(0), |flow| to_i64(vm, flow))?;
        if !(0..=0xf_ffff).contains(&flow) {
            return Err(vm.overflow_error("getnameinfo(): flowinfo must be 0-1048575."));
        }
        let scope = rest.get(1).map_or(Ok(0), |scope| to_i64(vm, scope))?;
        let name = host_name(vm, host)?;
        let port = to_i32(vm, port)?;
        let hints = Hints { kind: libc::SOCK_DGRAM, flags: libc::AI_NUMERICHOST, ..Hints::default() };
        let found = vm
            .allow_threads(|| ffi::getaddrinfo(Some(&name), None, hints))
            .map_err(|error| gai_failed(vm, error))?;
        let [only] = found.as_slice() else {
            return Err(os_error(vm, "sockaddr resolved to multiple addresses"));
        };
        let address = match only.address.family() {
            libc::AF_INET6 => Address::v6(only.address.as_v6().0, port as u16, flow as u32, scope as u32),
            _ if !rest.is_empty() => return Err(os_error(vm, "IPv4 sockaddr must be 2 tuple")),
            _ => Address::v4(only.address.as_v4().0, port as u16),
        };
        let (host, service) = vm
            .allow_threads(|| ffi::getnameinfo(&address, flags))
            .map_err(|error| gai_failed(vm, error))?;
        Ok(vm.new_tuple(vec![fs_decode(vm, &host).into_value(), fs_decode(vm, &service).into_value()]))
    }

    fn c_text(vm: &Vm, text: &str) -> PyResult<CString> {
        CString::new(text).map_err(|_| vm.value_error("embedded null character"))
    }

    /// getservbyname(servicename[, protocolname]) -> integer
    ///
    /// Return a port number from a service name and protocol name.
    /// The optional protocol name, if given, should be 'tcp' or 'udp',
    /// otherwise any protocol will match.
    #[pyfunction(sig = "getservbyname($module, servicename, protocolname=<unrepresentable>, /)", no_text_signature)]
    fn getservbyname(vm: &Vm, servicename: String, protocolname: Option<String>) -> PyResult<i32> {
        let name = c_text(vm, &servicename)?;
        let protocol = protocolname.map(|protocol| c_text(vm, &protocol)).transpose()?;
        vm.allow_threads(|| ffi::number_by_name(&name, protocol.as_ref(), true))
            .ok_or_else(|| os_error(vm, "service/proto not found"))
    }

    /// getprotobyname(name) -> integer
    ///
    /// Return the protocol number for the named protocol.  (Rarely used.)
    #[pyfunction(sig = "getprotobyname($module, name, /)", no_text_signature)]
    fn getprotobyname(vm: &Vm, name: String) -> PyResult<i32> {
        let name = c_text(vm, &name)?;
        vm.allow_threads(|| ffi::number_by_name(&name, None, false))
            .ok_or_else(|| os_error(vm, "protocol not found"))
    }

    fn short(vm: &Vm, value: i64, name: &str) -> PyResult<u16> {
        match u16::try_from(value) {
            Ok(value) => Ok(value),
            Err(_) if value < 0 => Err(vm.overflow_error(format!("{name}: can't convert negative Python int to C 16-bit unsigned integer"))),
            Err(_) => Err(vm.overflow_error(format!("{name}: Python int too large to convert to C 16-bit unsigned integer"))),
        }
    }

    /// Convert a 16-bit unsigned integer from network to host byte order.
    #[pyfunction(sig = "ntohs($module, x, /)", no_text_signature)]
    fn ntohs(vm: &Vm, x: i64) -> PyResult<i64> {
        Ok(u16::from_be(short(vm, x, "ntohs")?).into())
    }

    /// Convert a 16-bit unsigned integer from host to network byte order.
    #[pyfunction(sig = "htons($module, x, /)", no_text_signature)]
    fn htons(vm: &Vm, x: i64) -> PyResult<i64> {
        Ok(short(vm, x, "htons")?.to_be().into())
    }

    fn long(vm: &Vm, value: &Value) -> PyResult<u32> {
        if value.as_int().is_none() {
            let class = value.class(vm).name_str();
            return Err(vm.type_error(format!("expected int, {class} found")));
        }
        match to_i64(vm, value) {
            Ok(n @ 0..=0xffff_ffff) => Ok(n as u32),
            Ok(n) if n < 0 => Err(vm.overflow_error("can't convert negative value to unsigned int")),
            _ => Err(vm.overflow_error("int larger than 32 bits")),
        }
    }

    /// Convert a 32-bit integer from network to host byte order.
    #[pyfunction(sig = "ntohl($module, x, /)", no_text_signature)]
    fn ntohl(vm: &Vm, x: &Value) -> PyResult<i64> {
        Ok(u32::from_be(long(vm, x)?).into())
    }

    /// Convert a 32-bit integer from host to network byte order.
    #[pyfunction(sig = "htonl($module, x, /)", no_text_signature)]
    fn htonl(vm: &Vm, x: &Value) -> PyResult<i64> {
        Ok(long(vm, x)?.to_be().into())
    }

    /// inet_aton(string) -> bytes giving packed 32-bit IP representation
    ///
    /// Convert an IP address in string format (123.45.67.89) to the 32-bit packed
    /// binary format used in low-level network functions.
    #[pyfunction(sig = "inet_aton($module, ip, /)", no_text_signature)]
    fn inet_aton(vm: &Vm, ip: String) -> PyResult<Value> {
        let wrong = || os_error(vm, "illegal IP address string passed to inet_aton");
        // One to four numbers, the last of which fills the rest.
        let mut numbers = Vec::new();
        for part in ip.trim_end().split('.') {
            let number = match part {
                _ if part.len() > 2 && (part.starts_with("0x") || part.starts_with("0X")) => u32::from_str_radix(&part[2..], 16),
                _ if part.len() > 1 && part.starts_with('0') => u32::from_str_radix(part, 8),
                _ => part.parse(),
            };
            numbers.push(number.map_err(|_| wrong())?);
        }
        let Some((last, first)) = numbers.split_last() else {
            return Err(wrong());
        };
        if first.len() > 3 || first.iter().any(|n| *n > 255) {
            return Err(wrong());
        }
        let room = 32 - 8 * first.len() as u32;
        if room < 32 && *last >> room != 0 {
            return Err(wrong());
        }
        let mut packed = *last;
        for (index, number) in first.iter().enumerate() {
            packed |= number << (24 - 8 * index as u32);
        }
        Ok(vm.new_bytes(&packed.to_be_bytes()))
    }

    /// inet_ntoa(packed_ip) -> ip_address_string
    ///
    /// Convert an IP address from 32-bit packed binary format to string format
    #[pyfunction(sig = "inet_ntoa($module, packed_ip, /)", no_text_signature)]
    fn inet_ntoa(vm: &Vm, packed_ip: &Value) -> PyResult<String> {
        match <[u8; 4]>::try_from(buffer::to_vec(vm, packed_ip)?) {
            Ok(ip) => Ok(std::net::Ipv4Addr::from(ip).to_string()),
            Err(_) => Err(os_error(vm, "packed IP wrong length")),
        }
    }

    /// inet_pton(af, ip) -> packed IP address string
    ///
    /// Convert an IP address from string format to a packed string suitable
    /// for use with low-level network functions.
    #[pyfunction(sig = "inet_pton($module, af, ip, /)", no_text_signature)]
    fn inet_pton(vm: &Vm, af: i32, ip: String) -> PyResult<Value> {
        let wrong = || os_error(vm, "illegal IP address string passed to inet_pton");
        match af {
            libc::AF_INET => {
                let ip: std::net::Ipv4Addr = ip.parse().map_err(|_| wrong())?;
                Ok(vm.new_bytes(&ip.octets()))
            }
            libc::AF_INET6 => {
                let ip: std::net::Ipv6Addr = ip.parse().map_err(|_| wrong())?;
                Ok(vm.new_bytes(&ip.octets()))
            }
            _ => Err(failed(vm, libc::EAFNOSUPPORT)),
        }
    }

    /// inet_ntop(af, packed_ip) -> string formatted IP address
    ///
    /// Convert a packed IP address of the given family to string format.
    #[pyfunction(sig = "inet_ntop($module, af, packed_ip, /)", no_text_signature)]
    fn inet_ntop(vm: &Vm, af: i32, packed_ip: &Value) -> PyResult<String> {
        let packed = buffer::to_vec(vm, packed_ip)?;
        let wrong = || vm.value_error("invalid length of packed IP address string");
        match af {
            libc::AF_INET => {
                let ip = <[u8; 4]>::try_from(packed).map_err(|_| wrong())?;
                Ok(std::net::Ipv4Addr::from(ip).to_string())
            }
            libc::AF_INET6 => {
                let ip = <[u8; 16]>::try_from(packed).map_err(|_| wrong())?;
                Ok(std::net::Ipv6Addr::from(ip).to_string())
            }
            _ => Err(vm.value_error(format!("unknown address family {af}"))),
        }
    }

    /// if_nameindex()
    ///
    /// Returns a list of network interface information (index, name) tuples.
    #[pyfunction]
    fn if_nameindex(vm: &Vm) -> PyResult<Value> {
        let names = ffi::if_nameindex().map_err(|errno| failed(vm, errno))?;
        let names = names
            .iter()
            .map(|(index, name)| vm.new_tuple(vec![vm.new_int((*index).into()), fs_decode(vm, name).into_value()]));
        Ok(vm.new_list(names.collect()))
    }

    /// if_nametoindex(if_name)
    ///
    /// Returns the interface index corresponding to the interface name if_name.
    #[pyfunction(sig = "if_nametoindex($module, name, /)", no_text_signature)]
    fn if_nametoindex(vm: &Vm, name: String) -> PyResult<i64> {
        let names = ffi::if_nameindex().map_err(|errno| failed(vm, errno))?;
        match names.iter().find(|(_, known)| *known == name.as_bytes()) {
            Some((index, _)) => Ok((*index).into()),
            None => Err(os_error(vm, "no interface with this name")),
        }
    }

    /// if_indextoname(if_index)
    ///
    /// Returns the interface name corresponding to the interface index if_index.
    #[pyfunction(sig = "if_indextoname($module, index, /)", no_text_signature)]
    fn if_indextoname(vm: &Vm, index: i64) -> PyResult<Value> {
        let names = ffi::if_nameindex().map_err(|errno| failed(vm, errno))?;
        match names.iter().find(|(known, _)| i64::from(*known) == index) {
            Some((_, name)) => Ok(fs_decode(vm, name).into_value()),
            None => Err(failed(vm, libc::ENXIO)),
        }
    }

    /// CMSG_LEN(length) -> control message length
    #[pyfunction(name = "CMSG_LEN", sig = "CMSG_LEN($module, length, /)", no_text_signature)]
    fn cmsg_len(vm: &Vm, length: i64) -> PyResult<i64> {
        match u32::try_from(length) {
            Ok(length) if length <= i32::MAX as u32 - 64 => Ok(ffi::cmsg_sizes(length).0.into()),
            _ => Err(vm.overflow_error("CMSG_LEN() argument out of range")),
        }
    }

    /// CMSG_SPACE(length) -> buffer size
    #[pyfunction(name = "CMSG_SPACE", sig = "CMSG_SPACE($module, length, /)", no_text_signature)]
    fn cmsg_space(vm: &Vm, length: i64) -> PyResult<i64> {
        match u32::try_from(length) {
            Ok(length) if length <= i32::MAX as u32 - 64 => Ok(ffi::cmsg_sizes(length).1.into()),
            _ => Err(vm.overflow_error("CMSG_SPACE() argument out of range")),
        }
    }

    fn exec(vm: &Vm, module: &Value) -> PyResult<()> {
        for (name, number) in super::constants::CONSTANTS {
            set(vm, module, name, vm.new_int(*number))?;
        }
        let class = |name: &str| crate::support::exception_class(vm, "socket", name, ExcKind::OSError);
        let gaierror = class("gaierror")?.into_value();
        let errors = gaierror.clone();
        vm.state.get_or_init(|| super::Errors { gaierror: errors });
        set(vm, module, "gaierror", gaierror)?;
        set(vm, module, "herror", class("herror")?.into_value())?;
        set(vm, module, "error", vm.exception_class(ExcKind::OSError).into_value())?;
        set(vm, module, "timeout", vm.exception_class(ExcKind::TimeoutError).into_value())?;
        set(vm, module, "has_ipv6", Value::True)?;
        set(vm, module, "SocketType", PySocket::class(vm).to_value())
    }
}
