//! `zlib`, over flate2 with the zlib-rs back end.
//!
//! CPython 3.11: `Modules/zlibmodule.c`.

mod streams;

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};
use std::cell::RefCell;
use vm::context::errors::ExcKind;
use vm::context::{PyErr, PyResult, Vm};
use vm::object::{PyRef, PyType};

pub use zlib_module::DEF;

/// `zlib.error`
#[derive(Default)]
struct Shared {
    error: RefCell<Option<PyRef<PyType>>>,
}

fn error_class(vm: &Vm) -> PyResult<PyRef<PyType>> {
    let shared = vm.state.get::<Shared>();
    if let Some(class) = &*shared.error.borrow() {
        return Ok(class.clone());
    }
    let class = crate::support::exception_class(vm, "zlib", "error", ExcKind::Exception)?;
    *shared.error.borrow_mut() = Some(class.clone());
    Ok(class)
}

fn error(vm: &Vm, message: &str) -> PyErr {
    match error_class(vm) {
        Ok(class) => crate::support::raise(vm, &class, message),
        Err(error) => error,
    }
}

/// A compressor for a `wbits` argument: zlib, raw or gzip framing.
fn compressor(vm: &Vm, level: i32, wbits: i32) -> PyResult<Compress> {
    let level = match level {
        -1 => Compression::new(6),
        0..=9 => Compression::new(level as u32),
        _ => return Err(error(vm, "Bad compression level")),
    };
    match wbits {
        9..=15 => Ok(Compress::new_with_window_bits(level, true, wbits as u8)),
        -15..=-9 => Ok(Compress::new_with_window_bits(level, false, -wbits as u8)),
        25..=31 => Ok(Compress::new_gzip(level, (wbits - 16) as u8)),
        _ => Err(vm.value_error("Invalid initialization option")),
    }
}

/// The decompressor of a stream whose framing may have to be read from its first bytes.
fn decompressor(wbits: i32, start: &[u8]) -> Option<Decompress> {
    match wbits {
        0 => Some(Decompress::new_with_window_bits(true, 15)),
        8..=15 => Some(Decompress::new_with_window_bits(true, wbits.max(9) as u8)),
        -15..=-8 => Some(Decompress::new_with_window_bits(false, (-wbits).max(9) as u8)),
        24..=31 => Some(Decompress::new_gzip((wbits - 16).max(9) as u8)),
        40..=47 if start.first() == Some(&0x1f) => Some(Decompress::new_gzip(15)),
        40..=47 => Some(Decompress::new_with_window_bits(true, 15)),
        _ => None,
    }
}

fn run_compressor(
    vm: &Vm,
    stream: &mut Compress,
    mut input: &[u8],
    flush: FlushCompress,
) -> PyResult<Vec<u8>> {
    let mut out = Vec::with_capacity(input.len() / 2 + 64);
    loop {
        let (before_in, before_out) = (stream.total_in(), out.len());
        let status = stream
            .compress_vec(input, &mut out, flush)
            .map_err(|_| error(vm, "Error -2 while compressing data: inconsistent stream state"))?;
        input = &input[(stream.total_in() - before_in) as usize..];
        let room = out.capacity() > out.len();
        let idle = stream.total_in() == before_in && out.len() == before_out;
        if status == Status::StreamEnd || room && input.is_empty() || room && idle {
            return Ok(out);
        }
        out.reserve(out.len().max(1024));
    }
}

/// Decompresses until the input or the stream ends, or there are `max` bytes; the rest of the input, and whether the stream ended.
fn run_decompressor(
    vm: &Vm,
    stream: &mut Decompress,
    dictionary: Option<&[u8]>,
    input: &[u8],
    max: usize,
    what: &str,
) -> PyResult<(Vec<u8>, usize, bool)> {
    let mut out: Vec<u8> = Vec::with_capacity(max.min(input.len().saturating_mul(3).max(64)));
    let mut used = 0;
    loop {
        let (before_in, before_out) = (stream.total_in(), out.len());
        let result = stream.decompress_vec(&input[used..], &mut out, FlushDecompress::Sync);
        used += (stream.total_in() - before_in) as usize;
        let ended = match result {
            Ok(status) => status == Status::StreamEnd,
            Err(failure) if failure.needs_dictionary().is_some() => {
                let set = dictionary.map(|dictionary| stream.set_dictionary(dictionary));
                match set {
                    Some(Ok(_)) => continue,
                    _ => return Err(error(vm, &format!("Error 2 while {what}"))),
                }
            }
            Err(failure) => {
                let text = failure.message().unwrap_or("invalid input data").to_owned();
                return Err(error(vm, &format!("Error -3 while {what}: {text}")));
            }
        };
        let idle = stream.total_in() == before_in && out.len() == before_out;
        let room = out.capacity() > out.len();
        if ended || out.len() >= max || room && (idle || used == input.len()) {
            out.shrink_to_fit();
            return Ok((out, used, ended));
        }
        let more = out.len().max(1024).min(max - out.len());
        vm.try_reserve(more)?;
        out.reserve_exact(more);
    }
}

/// Update a running Adler-32 checksum.
fn adler(start: u32, bytes: &[u8]) -> u32 {
    let (mut a, mut b) = (start & 0xffff, start >> 16);
    for chunk in bytes.chunks(5552) {
        for byte in chunk {
            a += u32::from(*byte);
            b += a;
        }
        a %= 65521;
        b %= 65521;
    }
    b << 16 | a
}

const fn crc_tables() -> [[u32; 256]; 8] {
    let mut tables = [[0u32; 256]; 8];
    let mut i = 0;
    while i < 256 {
        let mut value = i as u32;
        let mut bit = 0;
        while bit < 8 {
            value = if value & 1 != 0 { value >> 1 ^ 0xedb8_8320 } else { value >> 1 };
            bit += 1;
        }
        tables[0][i] = value;
        i += 1;
    }
    let mut table = 1;
    while table < 8 {
        let mut i = 0;
        while i < 256 {
            let previous = tables[table - 1][i];
            tables[table][i] = previous >> 8 ^ tables[0][(previous & 255) as usize];
            i += 1;
        }
        table += 1;
    }
    tables
}

static CRC: [[u32; 256]; 8] = crc_tables();

/// CRC-32 of more bytes, eight at a time.
pub(crate) fn crc(start: u32, bytes: &[u8]) -> u32 {
    let mut value = !start;
    let chunks = bytes.chunks_exact(8);
    let rest = chunks.remainder();
    for chunk in chunks {
        let word = chunk.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte)) ^ u64::from(value);
        value = (0..8).fold(0, |sum, i| sum ^ CRC[7 - i][(word >> (8 * i)) as usize & 255]);
    }
    for byte in rest {
        value = value >> 8 ^ CRC[0][(value as usize ^ usize::from(*byte)) & 255];
    }
    !value
}

/// The functions in this module allow compression and decompression using the
/// zlib library, which is based on GNU zip.
#[derive::pymodule(name = "zlib")]
mod zlib_module {
    use super::streams::{PyCompress, PyDecompress};
    use super::{compressor, decompressor, error, error_class, run_compressor, run_decompressor};
    use flate2::FlushCompress;
    use vm::context::{PyResult, Vm};
    use vm::object::{Args, PyRef, PyType, Value};
    use vm::protocol::convert::{BytesLike, FromValue, ArgName};
    use vm::protocol::convert_int::to_i32;
    use vm::types::native::bind;

    #[pyattr]
    const MAX_WBITS: i32 = 15;
    #[pyattr]
    const DEFLATED: i32 = 8;
    #[pyattr]
    const DEF_MEM_LEVEL: i32 = 8;
    #[pyattr]
    const DEF_BUF_SIZE: i32 = 16384;
    #[pyattr]
    const Z_NO_COMPRESSION: i32 = 0;
    #[pyattr]
    const Z_BEST_SPEED: i32 = 1;
    #[pyattr]
    const Z_BEST_COMPRESSION: i32 = 9;
    #[pyattr]
    const Z_DEFAULT_COMPRESSION: i32 = -1;
    #[pyattr]
    const Z_FILTERED: i32 = 1;
    #[pyattr]
    const Z_HUFFMAN_ONLY: i32 = 2;
    #[pyattr]
    const Z_RLE: i32 = 3;
    #[pyattr]
    const Z_FIXED: i32 = 4;
    #[pyattr]
    const Z_DEFAULT_STRATEGY: i32 = 0;
    #[pyattr]
    const Z_NO_FLUSH: i32 = 0;
    #[pyattr]
    const Z_PARTIAL_FLUSH: i32 = 1;
    #[pyattr]
    const Z_SYNC_FLUSH: i32 = 2;
    #[pyattr]
    const Z_FULL_FLUSH: i32 = 3;
    #[pyattr]
    const Z_FINISH: i32 = 4;
    #[pyattr]
    const Z_BLOCK: i32 = 5;
    #[pyattr]
    const Z_TREES: i32 = 6;

    #[pyattr(name = "error")]
    fn error_attribute(vm: &Vm) -> PyResult<PyRef<PyType>> {
        error_class(vm)
    }

    #[pyattr]
    #[expect(non_snake_case, reason = "Python's name")]
    fn ZLIB_VERSION(vm: &Vm) -> Value {
        vm.new_str("1.3.0")
    }

    #[pyattr]
    #[expect(non_snake_case, reason = "Python's name")]
    fn ZLIB_RUNTIME_VERSION(vm: &Vm) -> Value {
        vm.new_str("1.3.0")
    }

    fn bytes(vm: &Vm, value: Option<&Value>) -> PyResult<Vec<u8>> {
        crate::hashes::optional_bytes(vm, value)
    }

    fn number(vm: &Vm, value: Option<&Value>, default: i32) -> PyResult<i32> {
        value.map_or(Ok(default), |value| to_i32(vm, value))
    }

    /// Returns a bytes object containing compressed data.
    #[pyfunction]
    fn compress(vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        let [data, level, wbits] = bind(vm, "compress", &args, ["", "level", "wbits"], 3, 1)?;
        let data = bytes(vm, data)?;
        let mut stream = compressor(vm, number(vm, level, -1)?, number(vm, wbits, 15)?)?;
        let out = run_compressor(vm, &mut stream, &data, FlushCompress::Finish)?;
        Ok(vm.new_bytes(&out))
    }

    /// Returns a bytes object containing the uncompressed data.
    #[pyfunction]
    fn decompress(vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        let [data, wbits, _] = bind(vm, "decompress", &args, ["", "wbits", "bufsize"], 3, 1)?;
        let data = bytes(vm, data)?;
        let Some(mut stream) = decompressor(number(vm, wbits, 15)?, &data) else {
            return Err(error(vm, "Error -2 while preparing to decompress data: inconsistent stream state"));
        };
        let what = "decompressing data";
        let (out, _, ended) = run_decompressor(vm, &mut stream, None, &data, usize::MAX, what)?;
        if !ended {
            let text = "Error -5 while decompressing data: incomplete or truncated stream";
            return Err(error(vm, text));
        }
        Ok(vm.new_bytes(&out))
    }

    /// Return a compressor object.
    #[pyfunction]
    fn compressobj(vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        let names = ["level", "method", "wbits", "memLevel", "strategy", "zdict"];
        let [level, _, wbits, _, _, dictionary] = bind(vm, "compressobj", &args, names, 6, 0)?;
        let mut stream = compressor(vm, number(vm, level, -1)?, number(vm, wbits, 15)?)?;
        if dictionary.is_some() {
            let set = stream.set_dictionary(&bytes(vm, dictionary)?);
            set.map_err(|_| vm.value_error("Invalid dictionary"))?;
        }
        Ok(PyRef::new(vm, PyCompress::from_stream(stream)).into_value())
    }

    /// Return a decompressor object.
    #[pyfunction]
    fn decompressobj(vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        let [wbits, dictionary] = bind(vm, "decompressobj", &args, ["wbits", "zdict"], 2, 0)?;
        let wbits = number(vm, wbits, 15)?;
        if decompressor(wbits, &[]).is_none() {
            return Err(vm.value_error("Invalid initialization option"));
        }
        let dictionary = match dictionary {
            None => None,
            Some(value) => Some(BytesLike::from_value(vm, value, ArgName::new(""))?.to_vec()),
        };
        Ok(PyRef::new(vm, PyDecompress::new(wbits, dictionary)).into_value())
    }

    /// Compute a CRC-32 checksum of data.
    #[pyfunction(sig = "crc32($module, data, value=0, /)")]
    fn crc32(vm: &Vm, data: BytesLike, value: Option<&Value>) -> PyResult<Value> {
        let start = value.map_or(Ok(0), |value| masked(vm, value))?;
        Ok(vm.new_int(data.with(|bytes| super::crc(start, bytes)).into()))
    }

    /// Compute an Adler-32 checksum of data.
    #[pyfunction(sig = "adler32($module, data, value=1, /)")]
    fn adler32(vm: &Vm, data: BytesLike, value: Option<&Value>) -> PyResult<Value> {
        let start = value.map_or(Ok(1), |value| masked(vm, value))?;
        Ok(vm.new_int(data.with(|bytes| super::adler(start, bytes)).into()))
    }

    /// The low 32 bits of any int.
    fn masked(vm: &Vm, value: &Value) -> PyResult<u32> {
        let mask = vm.new_int(0xffff_ffff);
        let low = vm::protocol::number::and(vm, &vm::protocol::number::index(vm, value)?, &mask)?;
        Ok(low.as_small_int().unwrap_or(0) as u32)
    }
}
