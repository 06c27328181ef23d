//! Addresses as Python has them: tuples and strings, by family. Names are looked up without the interpreter's lock.
//!
//! CPython 3.11: `getsockaddrarg`, `makesockaddr`, `setipaddr` in `Modules/socketmodule.c`.

use super::ffi::{self, Address, Hints};
use std::ffi::CString;
use vm::context::errors::ExcKind;
use vm::context::{PyErr, PyResult, Vm};
use vm::object::Value;
use vm::protocol::convert_int::to_i64;
use vm::protocol::fs::{fs_decode, path_bytes};
use vm::types::bytearray::value::PyByteArray;
use vm::types::bytes::value::PyBytes;
use vm::types::str::value::PyStr;
use vm::types::tuple::value::PyTuple;

/// The OSError of an error number.
pub fn failed(vm: &Vm, errno: i32) -> PyErr {
    vm.os_error(errno, None)
}

/// `socket.gaierror` of an error of `getaddrinfo`.
pub fn gai_failed(vm: &Vm, error: i32) -> PyErr {
    if error == libc::EAI_SYSTEM {
        return failed(vm, std::io::Error::last_os_error().raw_os_error().unwrap_or(0));
    }
    let arguments = vm.new_tuple(vec![vm.new_int(error.into()), vm.new_str(&ffi::gai_text(error))]);
    match vm.state.find::<super::Errors>() {
        Some(errors) => vm::types::exceptions::raise::normalize(vm, &errors.gaierror, &arguments)
            .unwrap_or_else(|error| error),
        None => vm.new_exception(ExcKind::OSError, vm.new_str(&ffi::gai_text(error))),
    }
}

/// A host name for the system: str as it is when ASCII, else by the codec `idna`; bytes as they are.
pub fn host_name(vm: &Vm, value: &Value) -> PyResult<CString> {
    let bytes = match value.downcast_ref::<PyStr>() {
        Some(text) if text.is_ascii() => text.to_string_lossy().into_owned().into_bytes(),
        Some(_) => {
            let encoded = vm::protocol::call::call_method(
                vm,
                value,
                &vm.intern_str("encode"),
                &[vm.new_str("idna")],
            )?;
            vm::protocol::buffer::to_vec(vm, &encoded)?
        }
        None => match (value.downcast_ref::<PyBytes>(), value.downcast_ref::<PyByteArray>()) {
            (None, None) => {
                let class = value.class(vm).name_str();
                return Err(vm.type_error(format!("str, bytes or bytearray expected, not {class}")));
            }
            _ => vm::protocol::buffer::to_vec(vm, value)?,
        },
    };
    CString::new(bytes).map_err(|_| vm.type_error("host name must not contain null character"))
}

/// The first address of a host, of this family (0 for any): `''` is every address, `'<broadcast>'` all hosts.
pub fn resolve(vm: &Vm, host: &CString, family: i32) -> PyResult<Address> {
    let bytes = host.as_bytes();
    if bytes.is_empty() {
        return Ok(match family {
            libc::AF_INET6 => Address::v6([0; 16], 0, 0, 0),
            _ => Address::v4([0; 4], 0),
        });
    }
    if matches!(bytes, b"<broadcast>" | b"255.255.255.255") && family != libc::AF_INET6 {
        return Ok(Address::v4([255; 4], 0));
    }
    let hints = Hints { family, ..Hints::default() };
    let found = vm.allow_threads(|| ffi::getaddrinfo(Some(host), None, hints));
    let found = found.map_err(|error| gai_failed(vm, error))?;
    match found.first() {
        Some(first) => Ok(first.address),
        None => Err(gai_failed(vm, libc::EAI_NONAME)),
    }
}

fn port(vm: &Vm, function: &str, value: &Value) -> PyResult<u16> {
    match to_i64(vm, value) {
        Ok(port @ 0..=0xffff) => Ok(port as u16),
        Err(error) if !error.is(vm, ExcKind::OverflowError) => Err(error),
        _ => Err(vm.overflow_error(format!("{function}(): port must be 0-65535."))),
    }
}

/// An address argument for a socket of this family.
pub fn from_python(vm: &Vm, function: &str, family: i32, value: &Value) -> PyResult<Address> {
    match family {
        libc::AF_UNIX => {
            let path = match value.downcast_ref::<PyStr>() {
                Some(_) => path_bytes(vm, value)?,
                None => vm::protocol::buffer::to_vec(vm, value)?,
            };
            Address::unix(&path).ok_or_else(|| {
                vm.new_exception(ExcKind::OSError, vm.new_str("AF_UNIX path too long"))
            })
        }
        libc::AF_INET | libc::AF_INET6 => {
            let name = if family == libc::AF_INET { "AF_INET" } else { "AF_INET6" };
            let Some(parts) = value.downcast_ref::<PyTuple>() else {
                let class = value.class(vm).name_str();
                return Err(vm.type_error(format!("{function}(): {name} address must be tuple, not {class}")));
            };
            let parts = parts.as_slice();
            let most = if family == libc::AF_INET { 2 } else { 4 };
            let [host, number, rest @ ..] = parts else {
                return Err(vm.type_error(format!("{function}(): wrong format for {name} address")));
            };
            if parts.len() > most {
                let text = match family {
                    libc::AF_INET => format!("{function}(): AF_INET address must be a pair (host, port)"),
                    _ => format!("{function}(): AF_INET6 address must be a tuple (host, port[, flowinfo[, scopeid]])"),
                };
                return Err(vm.type_error(text));
            }
            let host = host_name(vm, host)?;
            let number = port(vm, function, number)?;
            let flow = rest.first().map_or(Ok(0), |flow| to_i64(vm, flow))?;
            if !(0..=0xf_ffff).contains(&flow) {
                return Err(vm.overflow_error(format!("{function}(): flowinfo must be 0-1048575.")));
            }
            let scope = rest.get(1).map_or(Ok(0), |scope| to_i64(vm, scope))?;
            let address = resolve(vm, &host, family)?;
            Ok(match address.family() {
                libc::AF_INET6 => {
                    let (ip, _, _, found_scope) = address.as_v6();
                    let scope = if scope == 0 { found_scope } else { scope as u32 };
                    Address::v6(ip, number, flow as u32, scope)
                }
                _ => Address::v4(address.as_v4().0, number),
            })
        }
        _ => Err(vm.new_exception(
            ExcKind::OSError,
            vm.new_str(&format!("{function}(): bad family")),
        )),
    }
}

/// The text of a numeric address.
pub fn ip_text(address: &Address) -> String {
    match address.family() {
        libc::AF_INET => std::net::Ipv4Addr::from(address.as_v4().0).to_string(),
        libc::AF_INET6 => match ffi::getnameinfo(address, libc::NI_NUMERICHOST) {
            Ok((host, _)) => String::from_utf8_lossy(&host).into_owned(),
            Err(_) => std::net::Ipv6Addr::from(address.as_v6().0).to_string(),
        },
        _ => String::new(),
    }
}

/// An address as Python sees it.
pub fn to_python(vm: &Vm, address: &Address) -> Value {
    match address.family() {
        libc::AF_INET => {
            let port = address.as_v4().1;
            vm.new_tuple(vec![vm.new_str(&ip_text(address)), vm.new_int(port.into())])
        }
        libc::AF_INET6 => {
            let (_, port, flow, scope) = address.as_v6();
            vm.new_tuple(vec![
                vm.new_str(&ip_text(address)),
                vm.new_int(port.into()),
                vm.new_int(flow.into()),
                vm.new_int(scope.into()),
            ])
        }
        libc::AF_UNIX => {
            let path = address.as_unix();
            match path.first() {
                Some(0) => vm.new_bytes(&path),
                _ => fs_decode(vm, &path).into_value(),
            }
        }
        _ => Value::None,
    }
}
