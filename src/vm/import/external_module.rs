//! The module `_frozen_importlib_external`.
//!
//! CPython 3.11: `Lib/importlib/_bootstrap_external.py`.

/// The module.
#[derive::pymodule(
    name = "_frozen_importlib_external",
    types(
        super::super::loaders::LoaderBasics,
        super::super::loaders::SourceLoader,
        super::super::loaders::FileLoader,
        super::super::loaders::SourceFileLoader,
        super::super::loaders::SourcelessFileLoader,
        super::super::loaders::ExtensionFileLoader,
        super::super::external::NamespacePath,
        super::super::external::NamespaceLoader,
        super::super::finders::PathFinder,
        super::super::finders::FileFinder,
        super::super::finders::WindowsRegistryFinder,
        super::super::embedded::EmbeddedLoader,
        super::super::written_code::WrittenCode
    )
)]
pub mod module {
    //! Core implementation of path-based import.
    //!
    //! This module is NOT meant to be directly imported! It has been designed such
    //! that it can be bootstrapped into Python as the implementation of import. As
    //! such it requires the injection of specific modules and attributes in order to
    //! work. One should use importlib as the public-facing version of this module.
    use crate::context::errors::ExcKind;
    use crate::context::{PyResult, Vm};
    use crate::import::external::{self, Locations};
    use crate::import::pyc::{self, Subject};
    use crate::import::unmarshal::Body;
    use crate::import::util::{set, text, truth, warn_here};
    use crate::object::buffer::request;
    use crate::object::{Payload, Value};
    use crate::protocol::buffer::{self, to_vec};
    use crate::protocol::fs::{fs_decode, path_bytes};
    use bytecode::pyc::Header;

    /// Given the path to a .py file, return the path to its .pyc file.
    ///
    /// The .py file does not need to exist; this simply returns the path to the
    /// .pyc file calculated as if the .py file were imported.
    #[pyfunction(
        sig = "cache_from_source($module, path, debug_override=None, *, optimization=None)",
        family = "def"
    )]
    fn cache_from_source(
        vm: &Vm,
        path: &Value,
        debug_override: &Value,
        optimization: &Value,
    ) -> PyResult<Value> {
        let mut optimization = optimization.clone();
        if !debug_override.is_none() {
            let message = "the debug_override parameter is deprecated; use 'optimization' instead";
            let place = &crate::import::frames::DEBUG_OVERRIDE;
            warn_here(vm, place, ExcKind::DeprecationWarning, message)?;
            if !optimization.is_none() {
                return Err(vm.type_error("debug_override or optimization must be set to None"));
            }
            optimization = if truth(vm, debug_override)? {
                vm.new_str("")
            } else {
                vm.new_int(1)
            };
        }
        let path = pyc::text_path(vm, path)?;
        let optimization = if optimization.is_none() {
            pyc::default_optimization(vm)
        } else {
            crate::protocol::repr::str_text(vm, &optimization)?
        };
        let cached = pyc::cache_from_source(vm, &path, &optimization)?;
        Ok(fs_decode(vm, &cached).into_value())
    }

    /// Given the path to a .pyc. file, return the path to its .py file.
    ///
    /// The .pyc file does not need to exist; this simply returns the path to
    /// the .py file calculated to correspond to the .pyc file.
    #[pyfunction(sig = "source_from_cache($module, path)", family = "def")]
    fn source_from_cache(vm: &Vm, path: &Value) -> PyResult<Value> {
        let source = pyc::source_from_cache(vm, &pyc::text_path(vm, path)?)?;
        Ok(fs_decode(vm, &source).into_value())
    }

    #[pyfunction(sig = "_get_cached($module, filename)", family = "def")]
    fn _get_cached(vm: &Vm, filename: &Value) -> PyResult<Value> {
        pyc::get_cached(vm, filename)
    }

    /// Convert a bytecode file path to a source path (if possible).
    #[pyfunction(sig = "_get_sourcefile($module, bytecode_path)", family = "def")]
    fn _get_sourcefile(vm: &Vm, bytecode_path: &Value) -> PyResult<Value> {
        let path = text(bytecode_path);
        if path.is_empty() {
            return Ok(Value::None);
        }
        let Some((_, extension)) = path.rsplit_once('.') else {
            return Ok(bytecode_path.clone());
        };
        if !extension
            .get(..2)
            .is_some_and(|e| e.eq_ignore_ascii_case("py"))
        {
            return Ok(bytecode_path.clone());
        }
        let bytes = path_bytes(vm, bytecode_path)?;
        let source = match pyc::source_from_cache(vm, &bytes) {
            Ok(source) => source,
            Err(_) => bytes[..bytes.len() - 1].to_vec(),
        };
        if vm
            .host()
            .stat(&source, true)
            .is_ok_and(|stat| stat.is_file())
        {
            Ok(fs_decode(vm, &source).into_value())
        } else {
            Ok(bytecode_path.clone())
        }
    }

    /// Calculate the mode permissions for a bytecode file.
    #[pyfunction(sig = "_calc_mode($module, path)", family = "def")]
    fn _calc_mode(vm: &Vm, path: &Value) -> PyResult<i64> {
        Ok(pyc::calc_mode(vm, &path_bytes(vm, path)?).into())
    }

    fn detail(vm: &Vm, details: &Value, name: &str) -> PyResult<Value> {
        match crate::protocol::mapping::get_item(vm, details, &vm.new_str(name)) {
            Err(error) if error.is(vm, ExcKind::KeyError) => Ok(Value::None),
            result => result,
        }
    }

    /// Perform basic validity checking of a pyc header and return the flags field,
    /// which determines how the pyc should be further validated against the source.
    #[pyfunction(
        sig = "_classify_pyc($module, data, name, exc_details)",
        family = "def"
    )]
    fn _classify_pyc(vm: &Vm, data: &Value, name: &Value, exc_details: &Value) -> PyResult<i64> {
        let path = detail(vm, exc_details, "path")?;
        let subject = Subject { name, path: &path };
        let header = pyc::classify_pyc(vm, &to_vec(vm, data)?, &subject)?;
        Ok(match header {
            Header::Timestamp { .. } => 0,
            Header::Hash { check_source, .. } => 1 | i64::from(check_source) << 1,
        })
    }

    /// Validate a pyc against the source last-modified time.
    #[pyfunction(
        sig = "_validate_timestamp_pyc($module, data, source_mtime, source_size, name, exc_details)",
        family = "def"
    )]
    fn _validate_timestamp_pyc(
        vm: &Vm,
        data: &Value,
        source_mtime: i64,
        source_size: Option<&Value>,
        name: &Value,
        exc_details: &Value,
    ) -> PyResult<()> {
        let path = detail(vm, exc_details, "path")?;
        let subject = Subject { name, path: &path };
        let data = to_vec(vm, data)?;
        let field = |at: usize| {
            data.get(at..at + 4)
                .and_then(|bytes| bytes.first_chunk::<4>())
                .map_or(0, |bytes| u32::from_le_bytes(*bytes))
        };
        let header = Header::Timestamp {
            mtime: field(8),
            size: field(12),
        };
        let size = source_size
            .and_then(|size| size.as_small_int())
            .map(|size| size as u64);
        pyc::validate_timestamp_pyc(vm, &header, source_mtime, size, &subject)
    }

    /// Validate a hash-based pyc by checking the real source hash against the one in
    /// the pyc header.
    #[pyfunction(
        sig = "_validate_hash_pyc($module, data, source_hash, name, exc_details)",
        family = "def"
    )]
    fn _validate_hash_pyc(
        vm: &Vm,
        data: &Value,
        source_hash: &Value,
        name: &Value,
        exc_details: &Value,
    ) -> PyResult<()> {
        let path = detail(vm, exc_details, "path")?;
        let subject = Subject { name, path: &path };
        let data = to_vec(vm, data)?;
        let hash = data
            .get(8..16)
            .and_then(|bytes| bytes.first_chunk::<8>())
            .map_or([0; 8], |bytes| *bytes);
        let header = Header::Hash {
            check_source: true,
            hash,
        };
        pyc::validate_hash_pyc(vm, &header, &to_vec(vm, source_hash)?, &subject)
    }

    /// Compile bytecode as found in a pyc.
    #[pyfunction(
        sig = "_compile_bytecode($module, data, name=None, bytecode_path=None, source_path=None)",
        family = "def"
    )]
    fn _compile_bytecode(
        vm: &Vm,
        data: &Value,
        name: &Value,
        bytecode_path: &Value,
        source_path: &Value,
    ) -> PyResult<Value> {
        let subject = Subject {
            name,
            path: bytecode_path,
        };
        let source = source_path.downcast_ref();
        let code = pyc::compile_bytecode(vm, Body::File(to_vec(vm, data)?, 0), &subject, source)?;
        Ok(code.into_value())
    }

    fn with_header(vm: &Vm, header: &Header, code: &Value) -> PyResult<Value> {
        if let Some(pyc) = crate::import::written_code::with_header(vm, header, code) {
            return Ok(pyc);
        }
        // Here as in CPython this function holds the code object, too.
        let held = code.clone();
        let body = to_vec(vm, &crate::import::slow_source::dumps(vm, &held)?)?;
        let data = [&header.to_bytes()[..], &body].concat();
        crate::import::util::call_method(
            vm,
            &crate::import::util::get(
                vm,
                &crate::import::import_name::import_module(vm, "builtins")?,
                "bytearray",
            )?,
            "__call__",
            &[vm.new_bytes(&data)],
        )
    }

    /// Produce the data for a timestamp-based pyc.
    #[pyfunction(
        sig = "_code_to_timestamp_pyc($module, code, mtime=0, source_size=0)",
        family = "def"
    )]
    fn _code_to_timestamp_pyc(
        vm: &Vm,
        code: &Value,
        mtime: Option<&Value>,
        source_size: i64,
    ) -> PyResult<Value> {
        let mtime = match mtime {
            Some(mtime) => crate::import::slow_source::integer(vm, mtime)?,
            None => 0,
        };
        with_header(vm, &Header::timestamp(mtime, source_size as u64), code)
    }

    /// Produce the data for a hash-based pyc.
    #[pyfunction(
        sig = "_code_to_hash_pyc($module, code, source_hash, checked=True)",
        family = "def"
    )]
    fn _code_to_hash_pyc(
        vm: &Vm,
        code: &Value,
        source_hash: &Value,
        checked: bool,
    ) -> PyResult<Value> {
        let hash = to_vec(vm, source_hash)?;
        let Some(hash) = hash.first_chunk::<8>().filter(|_| hash.len() == 8) else {
            return Err(vm.new_exception(ExcKind::AssertionError, Value::NULL));
        };
        let header = Header::Hash {
            check_source: checked,
            hash: *hash,
        };
        with_header(vm, &header, code)
    }

    /// Decode bytes representing source code and return the string.
    ///
    /// Universal newline support is used in the decoding.
    #[pyfunction(sig = "decode_source($module, source_bytes)", family = "def")]
    fn decode_source(vm: &Vm, source_bytes: &Value) -> PyResult<Value> {
        external::decode_source(vm, source_bytes)
    }

    /// Return a module spec based on a file location.
    ///
    /// To indicate that the module is a package, set
    /// submodule_search_locations to a list of directory paths.  An
    /// empty list is sufficient, though its not otherwise useful to the
    /// import system.
    ///
    /// The loader must take a spec as its only __init__() arg.
    #[pyfunction(
        sig = "spec_from_file_location($module, name, location=None, *, loader=None, submodule_search_locations=<unrepresentable>)",
        family = "def"
    )]
    fn spec_from_file_location(
        vm: &Vm,
        name: &Value,
        location: &Value,
        loader: &Value,
        submodule_search_locations: Option<&Value>,
    ) -> PyResult<Value> {
        let locations = match submodule_search_locations {
            Some(locations) => Locations::Given(locations.clone()),
            None => Locations::Ask,
        };
        external::spec_from_file_location(vm, name, location, loader, locations)
    }

    /// Fix up the attributes of a module that was run without import.
    #[pyfunction(
        sig = "_fix_up_module($module, ns, name, pathname, cpathname=None)",
        family = "def"
    )]
    fn _fix_up_module(
        vm: &Vm,
        ns: &Value,
        name: &Value,
        pathname: &Value,
        cpathname: &Value,
    ) -> PyResult<()> {
        let item = |key: &str| detail(vm, ns, key);
        let mut loader = item("__loader__")?;
        let mut spec = item("__spec__")?;
        if loader.is_none() {
            loader = if !spec.is_none() {
                crate::import::util::get(vm, &spec, "loader")?
            } else {
                let class = crate::import::loaders::SourceFileLoader::class(vm);
                let args = [name.clone(), pathname.clone()];
                crate::protocol::call::call_args(vm, &class.as_value(), &args)?
            };
        }
        if spec.is_none() {
            spec = external::spec_from_file_location(vm, name, pathname, &loader, Locations::Ask)?;
        }
        for (key, value) in [
            ("__spec__", spec),
            ("__loader__", loader),
            ("__file__", pathname.clone()),
            ("__cached__", cpathname.clone()),
        ] {
            crate::protocol::mapping::set_item(vm, ns, &vm.new_str(key), value)?;
        }
        Ok(())
    }

    /// Returns a list of file-based module loaders.
    ///
    /// Each item is a tuple (loader, suffixes).
    #[pyfunction(sig = "_get_supported_file_loaders($module)", family = "def")]
    fn _get_supported_file_loaders(vm: &Vm) -> Value {
        vm.new_list(crate::import::bootstrap_details(vm))
    }

    /// Replacement for os.path.join().
    #[pyfunction(sig = "_path_join($module, *path_parts)", family = "def")]
    fn _path_join(vm: &Vm, path_parts: &[Value]) -> PyResult<Value> {
        let parts = path_parts
            .iter()
            .map(|part| path_bytes(vm, part))
            .collect::<PyResult<Vec<_>>>()?;
        let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
        Ok(fs_decode(vm, &pyc::path_join(&parts)).into_value())
    }

    /// Replacement for os.path.split().
    #[pyfunction(sig = "_path_split($module, path)", family = "def")]
    fn _path_split(vm: &Vm, path: &Value) -> PyResult<(Value, Value)> {
        let path = path_bytes(vm, path)?;
        let (head, tail) = pyc::path_split(&path);
        Ok((
            fs_decode(vm, head).into_value(),
            fs_decode(vm, tail).into_value(),
        ))
    }

    /// Replacement for os.path.isfile.
    #[pyfunction(sig = "_path_isfile($module, path)", family = "def")]
    fn _path_isfile(vm: &Vm, path: &Value) -> PyResult<bool> {
        let path = path_bytes(vm, path)?;
        Ok(vm.host().stat(&path, true).is_ok_and(|stat| stat.is_file()))
    }

    /// Replacement for os.path.isdir.
    #[pyfunction(sig = "_path_isdir($module, path)", family = "def")]
    fn _path_isdir(vm: &Vm, path: &Value) -> PyResult<bool> {
        let mut path = path_bytes(vm, path)?;
        if path.is_empty() {
            path = vm.host().getcwd().unwrap_or_default();
        }
        Ok(vm.host().stat(&path, true).is_ok_and(|stat| stat.is_dir()))
    }

    /// Replacement for os.path.isabs.
    #[pyfunction(sig = "_path_isabs($module, path)", family = "def")]
    fn _path_isabs(path: &Value) -> bool {
        text(path).starts_with('/')
    }

    #[pyfunction(sig = "_path_abspath($module, path)", family = "def")]
    fn _path_abspath(vm: &Vm, path: &Value) -> PyResult<Value> {
        let bytes = path_bytes(vm, path)?;
        let path = external::absolute(vm, &bytes).unwrap_or(bytes);
        Ok(fs_decode(vm, &path).into_value())
    }

    /// Best-effort function to write data to a path atomically.
    #[pyfunction(sig = "_write_atomic($module, path, data, mode=438)", family = "def")]
    fn _write_atomic(vm: &Vm, path: &Value, data: &Value, mode: u32) -> PyResult<()> {
        let bytes = path_bytes(vm, path)?;
        let buffer = buffer::get(vm, data, request::FULL_RO)?;
        let write = |data: &[u8]| pyc::write_atomic(vm, &bytes, path.bits(), data, mode);
        let written = buffer.with_contiguous(write);
        written
            .unwrap_or_else(|| write(&buffer.to_vec()))
            .map_err(|errno| {
                let name = [&bytes[..], format!(".{}", path.bits()).as_bytes()].concat();
                vm.os_error(errno, Some(&fs_decode(vm, &name).into_value()))
            })
    }

    /// Convert a 32-bit integer to little-endian.
    #[pyfunction(sig = "_pack_uint32($module, x)", family = "def")]
    fn _pack_uint32(vm: &Vm, x: &Value) -> PyResult<Value> {
        let n = crate::import::slow_source::integer(vm, x)?;
        Ok(vm.new_bytes(&(n as u32).to_le_bytes()))
    }

    /// Convert 4 bytes in little-endian to an integer.
    #[pyfunction(sig = "_unpack_uint32($module, data)", family = "def")]
    fn _unpack_uint32(vm: &Vm, data: &Value) -> PyResult<i64> {
        match to_vec(vm, data)?.as_slice() {
            [a, b, c, d] => Ok(u32::from_le_bytes([*a, *b, *c, *d]).into()),
            _ => Err(vm.new_exception(ExcKind::AssertionError, Value::NULL)),
        }
    }

    #[pyfunction(sig = "__getattr__($module, name)", family = "def")]
    fn __getattr__(vm: &Vm, name: &Value) -> PyResult<Value> {
        crate::import::rest::attribute(vm, "_frozen_importlib_external", name)
    }

    fn exec(vm: &Vm, module: &Value) -> PyResult<()> {
        let list =
            |items: &[&str]| vm.new_list(items.iter().map(|item| vm.new_str(item)).collect());
        let bytes = vm.new_bytes(&bytecode::pyc::MAGIC_NUMBER);
        for (name, value) in [
            ("MAGIC_NUMBER", bytes),
            (
                "_RAW_MAGIC_NUMBER",
                vm.new_int(bytecode::pyc::RAW_MAGIC_NUMBER as i64),
            ),
            ("SOURCE_SUFFIXES", list(&[".py"])),
            ("BYTECODE_SUFFIXES", list(&[".pyc"])),
            ("DEBUG_BYTECODE_SUFFIXES", list(&[".pyc"])),
            ("OPTIMIZED_BYTECODE_SUFFIXES", list(&[".pyc"])),
            ("EXTENSION_SUFFIXES", list(external::EXTENSION_SUFFIXES)),
            ("_PYCACHE", vm.new_str("__pycache__")),
            ("_OPT", vm.new_str("opt-")),
            ("path_sep", vm.new_str("/")),
            ("path_separators", vm.new_str("/")),
            ("path_sep_tuple", vm.new_tuple(vec![vm.new_str("/")])),
            ("_pathseps_with_colon", {
                let set = crate::types::set::table::PySet::new(vm);
                set.add(vm, vm.new_str(":/"))?;
                set.into_value()
            }),
        ] {
            set(vm, module, name, value)?;
        }
        Ok(())
    }
}
