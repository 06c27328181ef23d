//! Where an unpickler reads: memory, or a file whose position must end where the pickle does.

use super::unpickling_error;
use derive::Traverse;
use std::ops::Range;
use vm::context::errors::ExcKind;
use vm::context::{PyErr, PyResult, Vm};
use vm::object::Value;
use vm::protocol::{attr, buffer, call};

/// How much is looked at ahead.
const PREFETCH: usize = 128 * 1024;

/// Methods of a file.
#[derive(Traverse)]
struct File {
    read: Value,
    readline: Value,
    peek: Option<Value>,
}

/// Bytes to be read.
#[derive(Traverse)]
pub(super) struct Input {
    #[pytraverse(skip)]
    data: Vec<u8>,
    #[pytraverse(skip)]
    next: usize,
    /// How much of `data` the file itself has moved past; the rest was only peeked at.
    #[pytraverse(skip)]
    taken: usize,
    file: Option<File>,
}

#[cold]
fn truncated(vm: &Vm) -> PyErr {
    unpickling_error(vm, "pickle data was truncated")
}

impl Input {
    pub(super) fn of_bytes(data: Vec<u8>) -> Input {
        Input {
            taken: data.len(),
            data,
            next: 0,
            file: None,
        }
    }

    pub(super) fn of_file(vm: &Vm, file: &Value) -> PyResult<Input> {
        let method = |name| attr::get_opt(vm, file, &vm.intern_str(name));
        let peek = method("peek")?;
        let (Some(read), Some(readline)) = (method("read")?, method("readline")?) else {
            return Err(vm.type_error("file must have 'read' and 'readline' attributes"));
        };
        let mut input = Input::of_bytes(Vec::new());
        input.file = Some(File {
            read,
            readline,
            peek,
        });
        Ok(input)
    }

    /// The bytes of a range that was read.
    #[inline]
    pub(super) fn bytes(&self, range: Range<usize>) -> &[u8] {
        self.data.get(range).unwrap_or_default()
    }

    /// Lets the file move past what was peeked at and used.
    pub(super) fn skip_used(&mut self, vm: &Vm) -> PyResult<()> {
        let used = self.next.saturating_sub(self.taken);
        if used > 0
            && let Some(file) = &self.file
        {
            call::call1(vm, &file.read, &vm.new_int(used as i64))?;
        }
        self.taken = self.taken.max(self.next);
        Ok(())
    }

    fn refill(&mut self, vm: &Vm, data: &Value) -> PyResult<()> {
        self.data = buffer::to_vec(vm, data)?;
        self.next = 0;
        self.taken = self.data.len();
        Ok(())
    }

    #[cold]
    #[inline(never)]
    fn read_more(&mut self, vm: &Vm, count: usize) -> PyResult<Range<usize>> {
        if self.file.is_none() {
            return Err(truncated(vm));
        }
        // What is left of a read that gave too much belongs in front. (It was peeked at, or there is none.)
        let left = match self.taken >= self.data.len() {
            true => self.data[self.next..].to_vec(),
            false => Vec::new(),
        };
        self.skip_used(vm)?;
        let Some(file) = &mut self.file else {
            return Err(truncated(vm));
        };
        if left.is_empty()
            && count < PREFETCH
            && let Some(peek) = &file.peek
        {
            match call::call1(vm, peek, &vm.new_int(PREFETCH as i64)) {
                Err(error) if error.is(vm, ExcKind::NotImplementedError) => file.peek = None,
                Err(error) => return Err(error),
                Ok(data) => {
                    self.refill(vm, &data)?;
                    self.taken = 0;
                    if count <= self.data.len() {
                        self.next = count;
                        return Ok(0..count);
                    }
                }
            }
        }
        let Some(file) = &self.file else {
            return Err(truncated(vm));
        };
        let wanted = vm.new_int((count - left.len()) as i64);
        let data = call::call1(vm, &file.read, &wanted)?;
        self.refill(vm, &data)?;
        if !left.is_empty() {
            self.data.splice(0..0, left);
            self.taken = self.data.len();
        }
        if self.data.len() < count {
            self.next = self.data.len();
            return Err(truncated(vm));
        }
        self.next = count;
        Ok(0..count)
    }

    /// The next bytes.
    #[inline]
    pub(super) fn read(&mut self, vm: &Vm, count: usize) -> PyResult<Range<usize>> {
        if count > self.data.len() - self.next {
            return self.read_more(vm, count);
        }
        let start = self.next;
        self.next += count;
        Ok(start..self.next)
    }

    /// The next byte.
    #[inline]
    pub(super) fn byte(&mut self, vm: &Vm) -> PyResult<u8> {
        let range = self.read(vm, 1)?;
        Ok(self.data.get(range.start).copied().unwrap_or_default())
    }

    /// The next bytes, of a fixed number.
    #[inline]
    pub(super) fn array<const N: usize>(&mut self, vm: &Vm) -> PyResult<[u8; N]> {
        let range = self.read(vm, N)?;
        self.bytes(range).try_into().map_err(|_| truncated(vm))
    }

    /// Makes sure that this many bytes are there, without reading them.
    pub(super) fn prefetch(&mut self, vm: &Vm, count: usize) -> PyResult<()> {
        let range = self.read(vm, count)?;
        self.next = range.start;
        Ok(())
    }

    /// The next line, without its end; at least `min` bytes with it.
    pub(super) fn line(&mut self, vm: &Vm, min: usize) -> PyResult<Vec<u8>> {
        let rest = self.data.get(self.next..).unwrap_or_default();
        let line = match memchr::memchr(b'\n', rest) {
            Some(end) => {
                let line = rest[..end].to_vec();
                self.next += end + 1;
                line
            }
            None => {
                let Some(file) = &self.file else {
                    return Err(truncated(vm));
                };
                let readline = file.readline.clone();
                let left = match self.taken >= self.data.len() {
                    true => rest.to_vec(),
                    false => Vec::new(),
                };
                self.skip_used(vm)?;
                let data = call::call0(vm, &readline)?;
                self.refill(vm, &data)?;
                self.next = self.data.len();
                let mut line = left;
                line.extend_from_slice(&self.data);
                if line.pop() != Some(b'\n') {
                    return Err(truncated(vm));
                }
                line
            }
        };
        match line.len() + 1 < min {
            true => Err(truncated(vm)),
            false => Ok(line),
        }
    }
}
