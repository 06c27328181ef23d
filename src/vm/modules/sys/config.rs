//! What `sys` says about the configuration: flags, paths, arguments, options.
//!
//! CPython 3.11: `_PySys_UpdateConfig`, `make_flags` in `Python/sysmodule.c`.

use crate::context::Vm;
use crate::object::Value;
use crate::runtime::config::Config;
use crate::runtime::config::getpath::Paths;
use crate::runtime::paths::decode;
use crate::types::dict::value::PyDict;

crate::structseq! {
    /// `sys.flags`
    pub static FLAGS: "sys.flags", doc: "sys.flags\n\nFlags of the command line and of environment variables.", visible: 18,
    flags: crate::object::type_flag::DISALLOW_INSTANTIATION,
    fields: [
        ("debug", "-d"),
        ("inspect", "-i"),
        ("interactive", "-i"),
        ("optimize", "-O or -OO"),
        ("dont_write_bytecode", "-B"),
        ("no_user_site", "-s"),
        ("no_site", "-S"),
        ("ignore_environment", "-E"),
        ("verbose", "-v"),
        ("bytes_warning", "-b"),
        ("quiet", "-q"),
        ("hash_randomization", "-R"),
        ("isolated", "-I"),
        ("dev_mode", "-X dev"),
        ("utf8_mode", "-X utf8"),
        ("warn_default_encoding", "-X warn_default_encoding"),
        ("safe_path", "-P"),
        ("int_max_str_digits", "-X int_max_str_digits"),
    ]
}

fn flags(vm: &Vm, config: &Config) -> Value {
    let int = |n: i32| vm.new_int(n.into());
    let bit = |b: bool| vm.new_int(b.into());
    let randomised = !config.use_hash_seed || config.hash_seed != 0;
    let values = vec![
        int(config.parser_debug),
        int(config.inspect),
        int(config.interactive),
        int(config.optimization_level),
        bit(!config.write_bytecode),
        bit(!config.user_site_directory),
        bit(!config.site_import),
        bit(!config.use_environment),
        int(config.verbose),
        int(config.bytes_warning),
        int(config.quiet),
        bit(randomised),
        bit(config.isolated),
        Value::bool(config.dev_mode),
        int(config.utf8_mode),
        bit(config.warn_default_encoding),
        Value::bool(config.safe_path),
        int(config.int_max_str_digits),
    ];
    FLAGS.new_value(vm, values)
}

/// `sys._xoptions`: values of `-X name=value`, True for those without.
fn xoptions(vm: &Vm, config: &Config) -> Value {
    let dict = PyDict::new(vm);
    for option in &config.xoptions {
        let mut parts = option.splitn(2, |c| *c == b'=');
        let name = decode(vm, parts.next().unwrap_or(option));
        let value = parts
            .next()
            .map_or(Value::True, |value| decode(vm, value).into_value());
        dict.set_str(vm, &name, value);
    }
    dict.into_value()
}

/// Sets what depends on the configuration.
pub fn update(vm: &Vm, config: &Config, paths: &Paths) {
    let set = |name: &str, value: Value| super::set(vm, name, value);
    let text = |bytes: &[u8]| decode(vm, bytes).into_value();
    let list = |items: &[Vec<u8>]| vm.new_list(items.iter().map(|item| text(item)).collect());
    set("flags", flags(vm, config));
    set("argv", list(&config.argv));
    set("orig_argv", list(&config.orig_argv));
    set("warnoptions", list(&config.warnoptions));
    set("_xoptions", xoptions(vm, config));
    if let Some(name) = &config.implementation {
        super::info::claim_implementation(vm, text(name));
    }
    set("dont_write_bytecode", Value::bool(!config.write_bytecode));
    let prefix = config
        .pycache_prefix
        .as_ref()
        .map_or(Value::None, |prefix| text(prefix));
    set("pycache_prefix", prefix);
    set("platlibdir", text(&config.platlibdir));
    set("executable", text(&paths.executable));
    set("_base_executable", text(&paths.base_executable));
    set("prefix", text(&paths.prefix));
    set("base_prefix", text(&paths.base_prefix));
    set("exec_prefix", text(&paths.exec_prefix));
    set("base_exec_prefix", text(&paths.base_exec_prefix));
    set("path", list(&paths.module_search_paths));
    let stdlib = match (&paths.stdlib_dir, paths.module_search_paths.last()) {
        (Some(stdlib), _) | (None, Some(stdlib)) => text(stdlib),
        (None, None) => Value::None,
    };
    set("_stdlib_dir", stdlib);
    set("_home", Value::None);
}
