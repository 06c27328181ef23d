//! `mmap.mmap`: opening, reading, writing and seeking.

use super::ffi::Mapping;
use super::slots::SLOTS;
use derive::{pymethods, pytype};
use std::cell::{Cell, RefCell};
use vm::context::errors::ExcKind;
use vm::context::{PyErr, PyResult, Vm};
use vm::object::buffer::Exporter;
use vm::object::{Args, Py, PyType, Value, alloc};
use vm::protocol::convert_int::{to_i32, to_i64, to_isize};
use vm::protocol::{buffer, number};
use vm::types::native::bind;

pub const ACCESS_DEFAULT: i32 = 0;
pub const ACCESS_READ: i32 = 1;
pub const ACCESS_WRITE: i32 = 2;
pub const ACCESS_COPY: i32 = 3;

/// Payload of `mmap.mmap`.
#[pytype(
    name = "mmap.mmap",
    flags(BASETYPE, HAS_WEAKREF),
    doc = "Windows: mmap(fileno, length[, tagname[, access[, offset]]])\n\nMaps length bytes from the file specified by the file handle fileno,\nand returns a mmap object.  If length is larger than the current size\nof the file, the file is extended to contain length bytes.  If length\nis 0, the maximum length of the map is the current size of the file,\nexcept that if the file is empty Windows raises an exception (you cannot\ncreate an empty mapping on Windows).\n\nUnix: mmap(fileno, length[, flags[, prot[, access[, offset]]]])\n\nMaps length bytes from the file specified by the file descriptor fileno,\nand returns a mmap object.  If length is 0, the maximum length of the map\nwill be the current size of the file when mmap is called.\nflags specifies the nature of the mapping. MAP_PRIVATE creates a\nprivate copy-on-write mapping, so changes to the contents of the mmap\nobject will be private to this process, and MAP_SHARED creates a mapping\nthat's shared with all other processes mapping the same areas of the file.\nThe default value is MAP_SHARED.\n\nTo map anonymous memory, pass -1 as the fileno (both versions).",
    tables(SLOTS, METHODS),
    traverse = none
)]
pub struct PyMmap {
    /// The memory; nothing once it is closed.
    memory: RefCell<Option<Mapping>>,
    position: Cell<usize>,
    offset: i64,
    /// An own descriptor of the file, or -1.
    fd: Cell<i32>,
    access: i32,
    exports: Cell<usize>,
}

impl Drop for PyMmap {
    fn drop(&mut self) {
        self.close_file();
    }
}

fn closed(vm: &Vm) -> PyErr {
    vm.value_error("mmap closed or invalid")
}

impl PyMmap {
    fn close_file(&self) {
        let fd = self.fd.replace(-1);
        if fd >= 0 {
            // The mapping keeps the file; nobody asks whether closing went well.
            let _ = crate::ffi::close(fd);
        }
    }

    /// Reads the memory.
    pub fn with<T>(&self, vm: &Vm, read: impl FnOnce(&[u8]) -> T) -> PyResult<T> {
        let memory = self.memory.borrow();
        let memory = memory.as_ref().ok_or_else(|| closed(vm))?;
        Ok(read(memory.bytes()))
    }

    /// Changes the memory.
    pub fn with_mut<T>(&self, vm: &Vm, write: impl FnOnce(&mut [u8]) -> T) -> PyResult<T> {
        let mut memory = self.memory.borrow_mut();
        let memory = memory.as_mut().ok_or_else(|| closed(vm))?;
        if self.access == ACCESS_READ {
            return Err(vm.type_error("mmap can't modify a readonly memory map."));
        }
        Ok(write(memory.bytes_mut()))
    }

    /// Number of bytes.
    pub fn len(&self, vm: &Vm) -> PyResult<usize> {
        self.with(vm, <[u8]>::len)
    }

    /// Whether writing is refused.
    pub fn is_readonly(&self) -> bool {
        self.access == ACCESS_READ
    }

    /// One export more.
    pub fn export(&self) {
        self.exports.set(self.exports.get() + 1);
    }

    fn check_open(&self, vm: &Vm) -> PyResult<()> {
        self.len(vm).map(drop)
    }

    fn check_writable(&self, vm: &Vm) -> PyResult<()> {
        self.with_mut(vm, |_| ())
    }

    /// The next bytes, and moves behind them.
    fn take(&self, vm: &Vm, count: impl FnOnce(&[u8]) -> usize) -> PyResult<Value> {
        let position = self.position.get();
        let found = self.with(vm, |bytes| {
            let rest = bytes.get(position..).unwrap_or_default();
            let part = rest.get(..count(rest)).unwrap_or(rest);
            (vm.new_bytes(part), part.len())
        })?;
        self.position.set(position + found.1);
        Ok(found.0)
    }

    /// Writes at the position, and moves behind it.
    fn put(&self, vm: &Vm, data: &[u8], message: &str) -> PyResult<()> {
        let position = self.position.get();
        let done = self.with_mut(vm, |bytes| {
            let place = bytes.get_mut(position..)?.get_mut(..data.len())?;
            place.copy_from_slice(data);
            Some(())
        })?;
        done.ok_or_else(|| vm.value_error(message))?;
        self.position.set(position + data.len());
        Ok(())
    }

    fn search(&self, vm: &Vm, name: &str, args: &Args<'_>, backward: bool) -> PyResult<isize> {
        let [wanted, start, end] = bind(vm, name, args, ["", "", ""], 3, 1)?;
        let wanted = match wanted {
            Some(wanted) => buffer::to_vec(vm, wanted)?,
            None => Vec::new(),
        };
        let len = self.len(vm)?;
        let place = |value: Option<&Value>, default: usize| -> PyResult<usize> {
            let Some(value) = value else {
                return Ok(default);
            };
            let index = to_isize(vm, &number::index(vm, value)?)?;
            let index = if index < 0 { index.saturating_add_unsigned(len) } else { index };
            Ok(index.max(0).unsigned_abs().min(len))
        };
        let (start, end) = (place(start, self.position.get())?, place(end, len)?);
        let found = self.with(vm, |bytes| {
            let part = bytes.get(start..end)?;
            let place = match backward {
                true => memchr::memmem::rfind(part, &wanted),
                false => memchr::memmem::find(part, &wanted),
            };
            place.map(|place| start + place)
        })?;
        Ok(found.map_or(-1, |place| place as isize))
    }

    fn file_size(&self, vm: &Vm) -> PyResult<i64> {
        let stat = vm.host().fstat(self.fd.get());
        let stat = stat.map_err(|errno| vm.os_error(errno, None))?;
        Ok(stat.size)
    }
}

/// What `mmap.mmap` was asked for.
struct Wish {
    fd: i32,
    len: isize,
    flags: i32,
    protection: i32,
    access: i32,
    offset: i64,
}

impl Wish {
    fn of(vm: &Vm, args: &Args<'_>) -> PyResult<Wish> {
        let names = ["fileno", "length", "flags", "prot", "access", "offset"];
        let [fd, len, flags, protection, access, offset] = bind(vm, "mmap", args, names, 6, 2)?;
        let small = |value: Option<&Value>, default: i32| {
            value.map_or(Ok(default), |value| to_i32(vm, value))
        };
        let both = libc::PROT_READ | libc::PROT_WRITE;
        let mut wish = Wish {
            fd: small(fd, -1)?,
            len: len.map_or(Ok(0), |len| to_isize(vm, &number::index(vm, len)?))?,
            flags: small(flags, libc::MAP_SHARED)?,
            protection: small(protection, both)?,
            access: small(access, ACCESS_DEFAULT)?,
            offset: offset.map_or(Ok(0), |offset| to_i64(vm, offset))?,
        };
        if wish.len < 0 {
            return Err(vm.overflow_error("memory mapped length must be positive"));
        }
        if wish.offset < 0 {
            return Err(vm.overflow_error("memory mapped offset must be positive"));
        }
        let is_plain = wish.flags == libc::MAP_SHARED && wish.protection == both;
        if wish.access != ACCESS_DEFAULT && !is_plain {
            let message = "mmap can't specify both access and flags, prot.";
            return Err(vm.value_error(message));
        }
        match wish.access {
            ACCESS_READ => wish.protection = libc::PROT_READ,
            ACCESS_WRITE => {}
            ACCESS_COPY => wish.flags = libc::MAP_PRIVATE,
            ACCESS_DEFAULT => match wish.protection & both {
                all if all == both => {}
                libc::PROT_WRITE => {
                    wish.access = ACCESS_WRITE;
                    wish.protection |= libc::PROT_READ;
                }
                0 => return Err(vm.unfinished("mmap.mmap of memory that cannot be read")),
                _ => wish.access = ACCESS_READ,
            },
            _ => return Err(vm.value_error("mmap invalid access parameter.")),
        }
        Ok(wish)
    }

    /// Fits the length to the file's.
    fn fit(&mut self, vm: &Vm) -> PyResult<()> {
        const REGULAR: u32 = 0o100000;
        let Ok(stat) = vm.host().fstat(self.fd) else {
            return Ok(());
        };
        if stat.mode & 0o170000 != REGULAR {
            return Ok(());
        }
        let rest = stat.size.checked_sub(self.offset).filter(|rest| *rest >= 0);
        if self.len == 0 {
            if stat.size == 0 {
                return Err(vm.value_error("cannot mmap an empty file"));
            }
            match rest.filter(|rest| *rest > 0) {
                None => return Err(vm.value_error("mmap offset is greater than file size")),
                Some(rest) => self.len = rest as isize,
            }
        } else if rest.is_none_or(|rest| rest < self.len as i64) {
            return Err(vm.value_error("mmap length is greater than file size"));
        }
        Ok(())
    }
}

#[pymethods(table = METHODS)]
impl PyMmap {
    #[pyslot]
    fn new(cls: &Py<PyType>, vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        let mut wish = Wish::of(vm, &args)?;
        let failed = |errno: i32| vm.os_error(errno, None);
        let mut fd = -1;
        if wish.fd == -1 {
            wish.flags |= libc::MAP_ANONYMOUS;
        } else {
            wish.fit(vm)?;
            fd = crate::ffi::fcntl(wish.fd, libc::F_DUPFD_CLOEXEC, 0).map_err(failed)?;
        }
        let len = wish.len.unsigned_abs();
        let object = PyMmap {
            memory: RefCell::new(None),
            position: Cell::new(0),
            offset: wish.offset,
            fd: Cell::new(fd),
            access: wish.access,
            exports: Cell::new(0),
        };
        let memory = Mapping::new(len, wish.protection, wish.flags, fd, wish.offset);
        *object.memory.borrow_mut() = Some(memory.map_err(failed)?);
        Ok(alloc::new_object(cls, object).into_value())
    }

    #[pymethod]
    fn close(&self, vm: &Vm) -> PyResult<()> {
        if self.exports.get() > 0 {
            return Err(vm.buffer_error("cannot close exported pointers exist"));
        }
        self.close_file();
        drop(self.memory.borrow_mut().take());
        Ok(())
    }

    #[pymethod]
    fn find(&self, vm: &Vm, args: Args<'_>) -> PyResult<isize> {
        self.check_open(vm)?;
        self.search(vm, "find", &args, false)
    }

    #[pymethod]
    fn rfind(&self, vm: &Vm, args: Args<'_>) -> PyResult<isize> {
        self.check_open(vm)?;
        self.search(vm, "rfind", &args, true)
    }

    #[pymethod(sig = "flush($self, offset=0, size=-1, /)", no_text_signature)]
    fn flush(&self, vm: &Vm, offset: Option<isize>, size: Option<isize>) -> PyResult<()> {
        let len = self.len(vm)?;
        let offset = offset.unwrap_or(0);
        let size = size.unwrap_or(len as isize);
        let range = (usize::try_from(offset), usize::try_from(size));
        let (Ok(offset), Ok(size)) = range else {
            return Err(vm.value_error("flush values out of range"));
        };
        if offset.checked_add(size).is_none_or(|end| end > len) {
            return Err(vm.value_error("flush values out of range"));
        }
        if matches!(self.access, ACCESS_READ | ACCESS_COPY) {
            return Ok(());
        }
        let memory = self.memory.borrow();
        let result = memory.as_ref().map_or(Ok(()), |memory| memory.flush(offset, size));
        result.map_err(|errno| vm.os_error(errno, None))
    }

    #[pymethod(sig = "madvise($self, option, start=0, length=-1, /)", no_text_signature)]
    fn madvise(
        &self,
        vm: &Vm,
        option: i32,
        start: Option<isize>,
        length: Option<isize>,
    ) -> PyResult<()> {
        let len = self.len(vm)?;
        let start = start.unwrap_or(0);
        let Some(start) = usize::try_from(start).ok().filter(|start| *start < len) else {
            return Err(vm.value_error("madvise start out of bounds"));
        };
        let length = length.unwrap_or(len as isize);
        let Ok(length) = usize::try_from(length) else {
            return Err(vm.value_error("madvise length invalid"));
        };
        if start.checked_add(length).is_none_or(|end| end > isize::MAX as usize) {
            return Err(vm.overflow_error("madvise length too large"));
        }
        let length = length.min(len - start);
        let memory = self.memory.borrow();
        let result =
            memory.as_ref().map_or(Ok(()), |memory| memory.advise(start, length, option));
        result.map_err(|errno| vm.os_error(errno, None))
    }

    #[pymethod(sig = "move($self, dest, src, count, /)", no_text_signature)]
    fn r#move(&self, vm: &Vm, dest: isize, src: isize, count: isize) -> PyResult<()> {
        self.check_writable(vm)?;
        let wrong = || vm.value_error("source, destination, or count out of range");
        let numbers = [dest, src, count].map(usize::try_from);
        let [Ok(dest), Ok(src), Ok(count)] = numbers else {
            return Err(wrong());
        };
        let done = self.with_mut(vm, |bytes| {
            let fits = |start: usize| start.checked_add(count).is_some_and(|end| end <= bytes.len());
            if !fits(src) || !fits(dest) {
                return false;
            }
            bytes.copy_within(src..src + count, dest);
            true
        })?;
        if done { Ok(()) } else { Err(wrong()) }
    }

    #[pymethod(sig = "read($self, n=None, /)", no_text_signature)]
    fn read(&self, vm: &Vm, n: Option<&Value>) -> PyResult<Value> {
        self.check_open(vm)?;
        let count = match n {
            None => None,
            Some(n) if n.is_none() => None,
            Some(n) if !number::is_index(vm, n) => {
                return Err(vm.type_error(format!(
                    "argument should be integer or None, not '{}'",
                    n.class(vm).tp_name()
                )));
            }
            Some(n) => usize::try_from(number::to_index_isize(vm, n, ExcKind::OverflowError)?).ok(),
        };
        self.take(vm, |rest| count.unwrap_or(rest.len()))
    }

    #[pymethod]
    fn read_byte(&self, vm: &Vm) -> PyResult<Value> {
        let position = self.position.get();
        let byte = self.with(vm, |bytes| bytes.get(position).copied())?;
        let byte = byte.ok_or_else(|| vm.value_error("read byte out of range"))?;
        self.position.set(position + 1);
        Ok(vm.new_int(byte.into()))
    }

    #[pymethod]
    fn readline(&self, vm: &Vm) -> PyResult<Value> {
        self.take(vm, |rest| {
            memchr::memchr(b'\n', rest).map_or(rest.len(), |place| place + 1)
        })
    }

    #[pymethod(sig = "resize($self, newsize, /)", no_text_signature)]
    fn resize(&self, vm: &Vm, newsize: isize) -> PyResult<()> {
        self.check_open(vm)?;
        if self.exports.get() > 0 {
            let message = "mmap can't resize with extant buffers exported.";
            return Err(vm.buffer_error(message));
        }
        if !matches!(self.access, ACCESS_WRITE | ACCESS_DEFAULT) {
            let message = "mmap can't resize a readonly or copy-on-write memory map.";
            return Err(vm.type_error(message));
        }
        let len = usize::try_from(newsize).ok();
        let Some((len, end)) = len.zip(self.offset.checked_add(newsize as i64)) else {
            return Err(vm.value_error("new size out of range"));
        };
        let fd = self.fd.get();
        if fd != -1 {
            let cut = vm.host().ftruncate(fd, end);
            cut.map_err(|errno| vm.os_error(errno, None))?;
        }
        let mut memory = self.memory.borrow_mut();
        let result = memory.as_mut().map_or(Ok(()), |memory| memory.resize(len));
        result.map_err(|errno| vm.os_error(errno, None))
    }

    #[pymethod(sig = "seek($self, pos, whence=0, /)", no_text_signature)]
    fn seek(&self, vm: &Vm, pos: isize, whence: Option<i32>) -> PyResult<()> {
        let len = self.len(vm)?;
        let base = match whence.unwrap_or(0) {
            0 => 0,
            1 => self.position.get(),
            2 => len,
            _ => return Err(vm.value_error("unknown seek type")),
        };
        let place = base.checked_add_signed(pos).filter(|place| *place <= len);
        self.position
            .set(place.ok_or_else(|| vm.value_error("seek out of range"))?);
        Ok(())
    }

    #[pymethod]
    fn size(&self, vm: &Vm) -> PyResult<Value> {
        self.check_open(vm)?;
        Ok(vm.new_int(self.file_size(vm)?))
    }

    #[pymethod]
    fn tell(&self, vm: &Vm) -> PyResult<usize> {
        self.check_open(vm)?;
        Ok(self.position.get())
    }

    #[pymethod(sig = "write($self, bytes, /)", no_text_signature)]
    fn write(&self, vm: &Vm, bytes: &Value) -> PyResult<usize> {
        self.check_open(vm)?;
        let data = buffer::to_vec(vm, bytes)?;
        self.check_writable(vm)?;
        self.put(vm, &data, "data out of range")?;
        Ok(data.len())
    }

    #[pymethod(sig = "write_byte($self, byte, /)", no_text_signature)]
    fn write_byte(&self, vm: &Vm, byte: &Value) -> PyResult<()> {
        self.check_open(vm)?;
        let byte = to_i64(vm, &number::index(vm, byte)?)?;
        let Ok(byte) = u8::try_from(byte) else {
            return Err(vm.overflow_error(if byte < 0 {
                "unsigned byte integer is less than minimum"
            } else {
                "unsigned byte integer is greater than maximum"
            }));
        };
        self.check_writable(vm)?;
        self.put(vm, &[byte], "write byte out of range")
    }

    #[pymethod]
    fn __enter__(zelf: &Py<Self>, vm: &Vm) -> PyResult<Value> {
        zelf.check_open(vm)?;
        Ok(zelf.to_value())
    }

    #[pymethod]
    fn __exit__(&self, vm: &Vm, _args: Args<'_>) -> PyResult<()> {
        self.close(vm)
    }

    #[pygetset]
    fn closed(&self) -> bool {
        self.memory.borrow().is_none()
    }

    #[pyslot]
    fn repr(zelf: &Py<Self>, vm: &Vm) -> Value {
        let access = match zelf.access {
            ACCESS_READ => "ACCESS_READ",
            ACCESS_WRITE => "ACCESS_WRITE",
            ACCESS_COPY => "ACCESS_COPY",
            _ => "ACCESS_DEFAULT",
        };
        let class = zelf.object().class().tp_name();
        let text = match &*zelf.memory.borrow() {
            None => format!("<{class} closed=True>"),
            Some(memory) => format!(
                "<{class} closed=False, access={access}, length={}, pos={}, offset={}>",
                memory.len(),
                zelf.position.get(),
                zelf.offset
            ),
        };
        vm.new_str(&text)
    }
}

/// How views reach the memory.
pub struct MmapExporter;

/// The only one.
pub static EXPORTER: MmapExporter = MmapExporter;

impl Exporter for MmapExporter {
    fn with_bytes(&self, owner: &Value, f: &mut dyn FnMut(&[u8])) {
        if let Some(object) = owner.downcast_ref::<PyMmap>() {
            f(object.memory.borrow().as_ref().map_or(&[], Mapping::bytes));
        }
    }

    fn with_bytes_mut(&self, owner: &Value, f: &mut dyn FnMut(&mut [u8])) {
        if let Some(object) = owner.downcast_ref::<PyMmap>()
            && let Some(memory) = object.memory.borrow_mut().as_mut()
            && object.access != ACCESS_READ
        {
            f(memory.bytes_mut());
        }
    }

    fn release(&self, owner: &Value) {
        if let Some(object) = owner.downcast_ref::<PyMmap>() {
            object.exports.set(object.exports.get().saturating_sub(1));
        }
    }
}
