//! System calls on sockets, made safe: results are a value or `errno`. Addresses are the system's bytes (`Address`).

use std::ffi::CString;
use std::mem::size_of;

/// A value, or the error number.
pub type Sys<T> = Result<T, i32>;

fn errno() -> i32 {
    std::io::Error::last_os_error().raw_os_error().unwrap_or(0)
}

fn check(result: libc::c_int) -> Sys<i32> {
    if result == -1 { Err(errno()) } else { Ok(result) }
}

fn check_size(result: isize) -> Sys<usize> {
    usize::try_from(result).map_err(|_| errno())
}

/// An address as the system has it.
#[derive(Clone, Copy)]
pub struct Address {
    storage: libc::sockaddr_storage,
    len: libc::socklen_t,
}

impl Address {
    /// No address yet.
    pub fn empty() -> Address {
        Address {
            // SAFETY: zeroes are a valid address of no family.
            storage: unsafe { std::mem::zeroed() },
            len: size_of::<libc::sockaddr_storage>() as libc::socklen_t,
        }
    }

    /// IPv4.
    pub fn v4(ip: [u8; 4], port: u16) -> Address {
        let mut address = Address::empty();
        let place = (&raw mut address.storage).cast::<libc::sockaddr_in>();
        // SAFETY: the storage has room for every family.
        unsafe {
            (*place).sin_family = libc::AF_INET as libc::sa_family_t;
            (*place).sin_port = port.to_be();
            (*place).sin_addr.s_addr = u32::from_ne_bytes(ip);
        }
        address.len = size_of::<libc::sockaddr_in>() as libc::socklen_t;
        address
    }

    /// IPv6.
    pub fn v6(ip: [u8; 16], port: u16, flow: u32, scope: u32) -> Address {
        let mut address = Address::empty();
        let place = (&raw mut address.storage).cast::<libc::sockaddr_in6>();
        // SAFETY: the storage has room for every family.
        unsafe {
            (*place).sin6_family = libc::AF_INET6 as libc::sa_family_t;
            (*place).sin6_port = port.to_be();
            (*place).sin6_flowinfo = flow.to_be();
            (*place).sin6_addr.s6_addr = ip;
            (*place).sin6_scope_id = scope;
        }
        address.len = size_of::<libc::sockaddr_in6>() as libc::socklen_t;
        address
    }

    /// A path, or an abstract name that begins with a null byte; nothing when it is too long.
    pub fn unix(path: &[u8]) -> Option<Address> {
        let mut address = Address::empty();
        let place = (&raw mut address.storage).cast::<libc::sockaddr_un>();
        let base = std::mem::offset_of!(libc::sockaddr_un, sun_path);
        // SAFETY: the storage has room for every family, and the path was measured.
        unsafe {
            let room = (*place).sun_path.len();
            let is_abstract = path.first() == Some(&0);
            if path.len() + usize::from(!is_abstract) > room {
                return None;
            }
            (*place).sun_family = libc::AF_UNIX as libc::sa_family_t;
            for (to, from) in (*place).sun_path.iter_mut().zip(path) {
                *to = *from as libc::c_char;
            }
            address.len = (base + path.len() + usize::from(!is_abstract)) as libc::socklen_t;
        }
        Some(address)
    }

    /// `AF_*`
    pub fn family(&self) -> i32 {
        if self.len == 0 { 0 } else { self.storage.ss_family.into() }
    }

    /// Address and port of IPv4.
    pub fn as_v4(&self) -> ([u8; 4], u16) {
        let place = (&raw const self.storage).cast::<libc::sockaddr_in>();
        // SAFETY: the storage has room for every family; the caller looked at the family.
        unsafe { ((*place).sin_addr.s_addr.to_ne_bytes(), u16::from_be((*place).sin_port)) }
    }

    /// Address, port, flow information and scope of IPv6.
    pub fn as_v6(&self) -> ([u8; 16], u16, u32, u32) {
        let place = (&raw const self.storage).cast::<libc::sockaddr_in6>();
        // SAFETY: as above.
        unsafe {
            (
                (*place).sin6_addr.s6_addr,
                u16::from_be((*place).sin6_port),
                u32::from_be((*place).sin6_flowinfo),
                (*place).sin6_scope_id,
            )
        }
    }

    /// The path of a local address.
    pub fn as_unix(&self) -> Vec<u8> {
        let base = std::mem::offset_of!(libc::sockaddr_un, sun_path);
        let place = (&raw const self.storage).cast::<libc::sockaddr_un>();
        let len = (self.len as usize).saturating_sub(base);
        // SAFETY: as above.
        let path: Vec<u8> = unsafe { (*place).sun_path.iter().take(len).map(|c| *c as u8).collect() };
        match path.first() {
            None | Some(0) => path,
            Some(_) => path.split(|byte| *byte == 0).next().unwrap_or_default().to_vec(),
        }
    }

    fn pointer(&self) -> *const libc::sockaddr {
        (&raw const self.storage).cast()
    }

    fn pointer_mut(&mut self) -> *mut libc::sockaddr {
        (&raw mut self.storage).cast()
    }
}

/// `socket(2)`, not inherited.
pub fn socket(family: i32, kind: i32, protocol: i32) -> Sys<i32> {
    // SAFETY: plain numbers.
    check(unsafe { libc::socket(family, kind | libc::SOCK_CLOEXEC, protocol) })
}

/// `socketpair(2)`, not inherited.
pub fn socketpair(family: i32, kind: i32, protocol: i32) -> Sys<(i32, i32)> {
    let mut fds = [0; 2];
    // SAFETY: room for two descriptors.
    check(unsafe { libc::socketpair(family, kind | libc::SOCK_CLOEXEC, protocol, fds.as_mut_ptr()) })?;
    Ok((fds[0], fds[1]))
}

/// `dup(2)`, not inherited.
pub fn dup(fd: i32) -> Sys<i32> {
    // SAFETY: plain numbers.
    check(unsafe { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0) })
}

/// `close(2)`
pub fn close(fd: i32) -> Sys<()> {
    // SAFETY: a plain number.
    check(unsafe { libc::close(fd) }).map(drop)
}

/// Sets or clears `O_NONBLOCK`.
pub fn set_blocking(fd: i32, blocking: bool) -> Sys<()> {
    let mut flag = libc::c_int::from(!blocking);
    // SAFETY: a number to read.
    check(unsafe { libc::ioctl(fd, libc::FIONBIO, &raw mut flag) }).map(drop)
}

/// `bind(2)`
pub fn bind(fd: i32, address: &Address) -> Sys<()> {
    // SAFETY: the address is whole.
    check(unsafe { libc::bind(fd, address.pointer(), address.len) }).map(drop)
}

/// `connect(2)`
pub fn connect(fd: i32, address: &Address) -> Sys<()> {
    // SAFETY: the address is whole.
    check(unsafe { libc::connect(fd, address.pointer(), address.len) }).map(drop)
}

/// `listen(2)`
pub fn listen(fd: i32, backlog: i32) -> Sys<()> {
    // SAFETY: plain numbers.
    check(unsafe { libc::listen(fd, backlog) }).map(drop)
}

/// `shutdown(2)`
pub fn shutdown(fd: i32, how: i32) -> Sys<()> {
    // SAFETY: plain numbers.
    check(unsafe { libc::shutdown(fd, how) }).map(drop)
}

/// `accept4(2)`, not inherited.
pub fn accept(fd: i32) -> Sys<(i32, Address)> {
    let mut address = Address::empty();
    let place = address.pointer_mut();
    // SAFETY: room for an address of any family.
    let fd = check(unsafe { libc::accept4(fd, place, &raw mut address.len, libc::SOCK_CLOEXEC) })?;
    Ok((fd, address))
}

/// `getsockname(2)` or `getpeername(2)`
pub fn name(fd: i32, peer: bool) -> Sys<Address> {
    let mut address = Address::empty();
    let place = address.pointer_mut();
    // SAFETY: room for an address of any family.
    check(unsafe {
        match peer {
            true => libc::getpeername(fd, place, &raw mut address.len),
            false => libc::getsockname(fd, place, &raw mut address.len),
        }
    })?;
    Ok(address)
}

/// `recv(2)`
pub fn recv(fd: i32, buffer: &mut [u8], flags: i32) -> Sys<usize> {
    // SAFETY: the buffer is as long as said.
    check_size(unsafe { libc::recv(fd, buffer.as_mut_ptr().cast(), buffer.len(), flags) })
}

/// `recvfrom(2)`
pub fn recvfrom(fd: i32, buffer: &mut [u8], flags: i32) -> Sys<(usize, Address)> {
    let mut address = Address::empty();
    let place = address.pointer_mut();
    // SAFETY: the buffer is as long as said, and there is room for an address of any family.
    let count = check_size(unsafe {
        libc::recvfrom(fd, buffer.as_mut_ptr().cast(), buffer.len(), flags, place, &raw mut address.len)
    })?;
    Ok((count, address))
}

/// `send(2)`
pub fn send(fd: i32, bytes: &[u8], flags: i32) -> Sys<usize> {
    // SAFETY: the buffer is as long as said.
    check_size(unsafe { libc::send(fd, bytes.as_ptr().cast(), bytes.len(), flags) })
}

/// `sendto(2)`
pub fn sendto(fd: i32, bytes: &[u8], flags: i32, address: &Address) -> Sys<usize> {
    // SAFETY: buffer and address are whole.
    check_size(unsafe {
        libc::sendto(fd, bytes.as_ptr().cast(), bytes.len(), flags, address.pointer(), address.len)
    })
}

/// `sendmsg(2)`: parts, and control messages as level, type and data.
pub fn sendmsg(
    fd: i32,
    parts: &[Vec<u8>],
    control: &[(i32, i32, Vec<u8>)],
    flags: i32,
    address: Option<&Address>,
) -> Sys<usize> {
    let parts: Vec<libc::iovec> = parts
        .iter()
        .map(|part| libc::iovec {
            iov_base: part.as_ptr().cast_mut().cast(),
            iov_len: part.len(),
        })
        .collect();
    // SAFETY: CMSG_SPACE only calculates; the buffer is aligned by its words and as long as the messages need; all parts outlive the call.
    unsafe {
        let space: usize = control
            .iter()
            .map(|(_, _, data)| libc::CMSG_SPACE(data.len() as u32) as usize)
            .sum();
        let mut buffer = vec![0_u64; space.div_ceil(8)];
        let mut message: libc::msghdr = std::mem::zeroed();
        if let Some(address) = address {
            message.msg_name = address.pointer().cast_mut().cast();
            message.msg_namelen = address.len;
        }
        message.msg_iov = parts.as_ptr().cast_mut();
        message.msg_iovlen = parts.len() as _;
        if !control.is_empty() {
            message.msg_control = buffer.as_mut_ptr().cast();
            message.msg_controllen = space as _;
            let mut header = libc::CMSG_FIRSTHDR(&raw const message);
            for (level, kind, data) in control {
                if header.is_null() {
                    return Err(libc::EINVAL);
                }
                (*header).cmsg_level = *level;
                (*header).cmsg_type = *kind;
                (*header).cmsg_len = libc::CMSG_LEN(data.len() as u32) as _;
                std::ptr::copy_nonoverlapping(data.as_ptr(), libc::CMSG_DATA(header), data.len());
                header = libc::CMSG_NXTHDR(&raw const message, header);
            }
        }
        check_size(libc::sendmsg(fd, &raw const message, flags))
    }
}

/// What `recvmsg` gave.
pub struct Received {
    /// Bytes written into the buffer.
    pub count: usize,
    /// Level, type and data of each control message.
    pub control: Vec<(i32, i32, Vec<u8>)>,
    /// `msg_flags`
    pub flags: i32,
    /// Who sent it.
    pub address: Address,
}

/// `recvmsg(2)`
pub fn recvmsg(fd: i32, buffer: &mut [u8], control_len: usize, flags: i32) -> Sys<Received> {
    let mut address = Address::empty();
    let mut part = libc::iovec {
        iov_base: buffer.as_mut_ptr().cast(),
        iov_len: buffer.len(),
    };
    let mut control_buffer = vec![0_u64; control_len.div_ceil(8)];
    let mut control = Vec::new();
    // SAFETY: all buffers are as long as said; messages are read within what the system filled in.
    unsafe {
        let mut message: libc::msghdr = std::mem::zeroed();
        message.msg_name = address.pointer_mut().cast();
        message.msg_namelen = address.len;
        message.msg_iov = &raw mut part;
        message.msg_iovlen = 1;
        if control_len > 0 {
            message.msg_control = control_buffer.as_mut_ptr().cast();
            message.msg_controllen = control_len as _;
        }
        let count = check_size(libc::recvmsg(fd, &raw mut message, flags | libc::MSG_CMSG_CLOEXEC))?;
        let mut header = libc::CMSG_FIRSTHDR(&raw const message);
        let end = (message.msg_control as usize).saturating_add(message.msg_controllen as usize);
        while !header.is_null() {
            let data = libc::CMSG_DATA(header);
            let start = data as usize - header as usize;
            let len = ((*header).cmsg_len as usize)
                .saturating_sub(start)
                .min(end.saturating_sub(data as usize));
            control.push((
                (*header).cmsg_level,
                (*header).cmsg_type,
                std::slice::from_raw_parts(data, len).to_vec(),
            ));
            header = libc::CMSG_NXTHDR(&raw const message, header);
        }
        address.len = message.msg_namelen;
        Ok(Received {
            count,
            control,
            flags: message.msg_flags & !libc::MSG_CMSG_CLOEXEC,
            address,
        })
    }
}

/// `CMSG_LEN` and `CMSG_SPACE`
pub fn cmsg_sizes(len: u32) -> (u32, u32) {
    // SAFETY: calculations only.
    unsafe { (libc::CMSG_LEN(len), libc::CMSG_SPACE(len)) }
}

/// `getsockopt(2)`
pub fn getsockopt(fd: i32, level: i32, option: i32, buffer: &mut [u8]) -> Sys<usize> {
    let mut len = buffer.len() as libc::socklen_t;
    // SAFETY: the buffer is as long as said.
    check(unsafe { libc::getsockopt(fd, level, option, buffer.as_mut_ptr().cast(), &raw mut len) })?;
    Ok(len as usize)
}

/// `setsockopt(2)`; without a value, a null pointer and the length.
pub fn setsockopt(fd: i32, level: i32, option: i32, value: Result<&[u8], u32>) -> Sys<()> {
    let (pointer, len) = match value {
        Ok(bytes) => (bytes.as_ptr(), bytes.len() as libc::socklen_t),
        Err(len) => (std::ptr::null(), len),
    };
    // SAFETY: the value is as long as said, or absent.
    check(unsafe { libc::setsockopt(fd, level, option, pointer.cast(), len) }).map(drop)
}

/// Waits until the socket can be read or written; false when the time is over.
pub fn wait(fd: i32, write: bool, timeout_ms: i32) -> Sys<bool> {
    let events = if write { libc::POLLOUT } else { libc::POLLIN };
    let mut poll = libc::pollfd { fd, events, revents: 0 };
    // SAFETY: one structure.
    check(unsafe { libc::poll(&raw mut poll, 1, timeout_ms) }).map(|count| count > 0)
}

/// One result of `getaddrinfo`.
pub struct Found {
    /// `ai_family`
    pub family: i32,
    /// `ai_socktype`
    pub kind: i32,
    /// `ai_protocol`
    pub protocol: i32,
    /// `ai_canonname`
    pub name: Vec<u8>,
    /// `ai_addr`
    pub address: Address,
}

/// What the names of `getaddrinfo` are asked with: family, type, protocol, flags.
#[derive(Clone, Copy, Default)]
pub struct Hints {
    /// `ai_family`
    pub family: i32,
    /// `ai_socktype`
    pub kind: i32,
    /// `ai_protocol`
    pub protocol: i32,
    /// `ai_flags`
    pub flags: i32,
}

/// `getaddrinfo(3)`; the error is its own, or 0 minus `errno` for one of the system.
pub fn getaddrinfo(host: Option<&CString>, service: Option<&CString>, hints: Hints) -> Sys<Vec<Found>> {
    let pointer = |text: Option<&CString>| text.map_or(std::ptr::null(), |text| text.as_ptr());
    // SAFETY: the strings end with null bytes; the list is walked to its end and freed.
    unsafe {
        let mut wanted: libc::addrinfo = std::mem::zeroed();
        wanted.ai_family = hints.family;
        wanted.ai_socktype = hints.kind;
        wanted.ai_protocol = hints.protocol;
        wanted.ai_flags = hints.flags;
        let mut list = std::ptr::null_mut();
        let error = libc::getaddrinfo(pointer(host), pointer(service), &raw const wanted, &raw mut list);
        if error != 0 {
            return Err(error);
        }
        let mut found = Vec::new();
        let mut place = list;
        while let Some(entry) = place.as_ref() {
            let mut address = Address::empty();
            address.len = entry.ai_addrlen.min(address.len);
            std::ptr::copy_nonoverlapping(
                entry.ai_addr.cast::<u8>(),
                address.pointer_mut().cast::<u8>(),
                address.len as usize,
            );
            let name = match entry.ai_canonname.is_null() {
                true => Vec::new(),
                false => std::ffi::CStr::from_ptr(entry.ai_canonname).to_bytes().to_vec(),
            };
            found.push(Found {
                family: entry.ai_family,
                kind: entry.ai_socktype,
                protocol: entry.ai_protocol,
                name,
                address,
            });
            place = entry.ai_next;
        }
        libc::freeaddrinfo(list);
        Ok(found)
    }
}

/// The text of an error of `getaddrinfo`.
pub fn gai_text(error: i32) -> String {
    // SAFETY: a static string.
    unsafe { std::ffi::CStr::from_ptr(libc::gai_strerror(error)) }
        .to_string_lossy()
        .into_owned()
}

/// `getnameinfo(3)`: host and service.
pub fn getnameinfo(address: &Address, flags: i32) -> Sys<(Vec<u8>, Vec<u8>)> {
    let (mut host, mut service) = (vec![0_u8; 1025], vec![0_u8; 32]);
    // SAFETY: address and buffers are as long as said.
    let error = unsafe {
        libc::getnameinfo(
            address.pointer(),
            address.len,
            host.as_mut_ptr().cast(),
            host.len() as _,
            service.as_mut_ptr().cast(),
            service.len() as _,
            flags,
        )
    };
    if error != 0 {
        return Err(error);
    }
    for text in [&mut host, &mut service] {
        text.truncate(text.iter().position(|byte| *byte == 0).unwrap_or(0));
    }
    Ok((host, service))
}

/// `gethostname(2)`
pub fn gethostname() -> Sys<Vec<u8>> {
    let mut name = vec![0_u8; 1024];
    // SAFETY: the buffer is as long as said.
    check(unsafe { libc::gethostname(name.as_mut_ptr().cast(), name.len()) })?;
    name.truncate(name.iter().position(|byte| *byte == 0).unwrap_or(0));
    Ok(name)
}

/// `if_nameindex(3)`
pub fn if_nameindex() -> Sys<Vec<(u32, Vec<u8>)>> {
    let mut names = Vec::new();
    // SAFETY: the list ends with an entry of zeroes and is freed.
    unsafe {
        let list = libc::if_nameindex();
        if list.is_null() {
            return Err(errno());
        }
        let mut place = list;
        while (*place).if_index != 0 {
            let name = std::ffi::CStr::from_ptr((*place).if_name);
            names.push(((*place).if_index, name.to_bytes().to_vec()));
            place = place.add(1);
        }
        libc::if_freenameindex(list);
    }
    Ok(names)
}

/// `getservbyname(3)` or `getprotobyname(3)`: the number.
pub fn number_by_name(name: &CString, protocol: Option<&CString>, services: bool) -> Option<i32> {
    static LOOKUP: std::sync::Mutex<()> = std::sync::Mutex::new(());
    let _lookup = LOOKUP.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    // SAFETY: strings end with null bytes; the entry is read before anybody can ask for another.
    unsafe {
        if services {
            let protocol = protocol.map_or(std::ptr::null(), |protocol| protocol.as_ptr());
            let entry = libc::getservbyname(name.as_ptr(), protocol).as_ref()?;
            Some(u16::from_be(entry.s_port as u16).into())
        } else {
            Some(libc::getprotobyname(name.as_ptr()).as_ref()?.p_proto)
        }
    }
}
