//! `Config`: what the command line and the environment say, and the command line's own answers (`--help`, `--version`, errors).
//!
//! CPython 3.11: `PyConfig`, `config_parse_cmdline`, `config_read_env_vars`, `config_read_complex_options` in `Python/initconfig.c`,
//! `Python/preconfig.c`.

pub mod getopt;
pub mod getpath;
pub mod help;

use getopt::{Getopt, Item};

/// What to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Program {
    /// `-c`
    Command(Vec<u8>),
    /// `-m`
    Module(Vec<u8>),
    /// A file, a directory or an archive.
    File(Vec<u8>),
    /// Standard input.
    Stdin,
}

/// Environment variables, name and value.
pub type Environ = Vec<(Vec<u8>, Vec<u8>)>;

/// The configuration, with `PyConfig`'s names.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names are those of `PyConfig`")]
pub struct Config {
    pub program: Program,
    pub program_name: Vec<u8>,
    pub argv: Vec<Vec<u8>>,
    pub orig_argv: Vec<Vec<u8>>,
    pub warnoptions: Vec<Vec<u8>>,
    pub xoptions: Vec<Vec<u8>>,
    pub check_hash_pycs_mode: String,
    pub bytes_warning: i32,
    pub parser_debug: i32,
    pub inspect: i32,
    pub interactive: i32,
    pub optimization_level: i32,
    pub verbose: i32,
    pub quiet: i32,
    pub safe_path: bool,
    pub write_bytecode: bool,
    pub user_site_directory: bool,
    pub site_import: bool,
    pub buffered_stdio: bool,
    pub skip_source_first_line: bool,
    pub use_environment: bool,
    pub isolated: bool,
    pub dev_mode: bool,
    pub utf8_mode: i32,
    pub warn_default_encoding: bool,
    pub code_debug_ranges: bool,
    /// `PYRS_IMPLEMENTATION`, `-X implementation`: what `sys.implementation.name` says in place of `pyrs`.
    pub implementation: Option<Vec<u8>>,
    pub import_time: bool,
    pub faulthandler: bool,
    pub tracemalloc: i32,
    pub use_hash_seed: bool,
    pub hash_seed: u32,
    pub int_max_str_digits: i32,
    pub pycache_prefix: Option<Vec<u8>>,
    pub pythonpath: Option<Vec<u8>>,
    pub home: Option<Vec<u8>>,
    pub platlibdir: Vec<u8>,
    pub stdio_encoding: Option<Vec<u8>>,
    pub stdio_errors: Option<Vec<u8>>,
    pub environ: Environ,
}

/// The command line was answered without running a program.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exit {
    /// The exit code.
    pub code: i32,
    /// For standard output.
    pub stdout: String,
    /// For standard error.
    pub stderr: Vec<u8>,
}

impl Exit {
    /// An error of what is settled before everything else.
    fn early(function: &str, message: &str) -> Exit {
        let mut exit = Exit::fatal(function, message);
        let text =
            String::from_utf8_lossy(&exit.stderr).replace("preinitialized", "preinitializing");
        exit.stderr = text.into_bytes();
        exit
    }

    fn fatal(function: &str, message: &str) -> Exit {
        // An error found in no function of CPython's has no name in front.
        let function = match function {
            "" => String::new(),
            name => format!("{name}: "),
        };
        let text = format!(
            "Fatal Python error: {function}{message}\nPython runtime state: preinitialized\n\n"
        );
        Exit {
            code: 1,
            stdout: String::new(),
            stderr: text.into_bytes(),
        }
    }
}

impl Default for Config {
    fn default() -> Config {
        Config {
            program: Program::Stdin,
            program_name: b"pyrs".to_vec(),
            argv: vec![Vec::new()],
            orig_argv: Vec::new(),
            warnoptions: Vec::new(),
            xoptions: Vec::new(),
            check_hash_pycs_mode: String::from("default"),
            bytes_warning: 0,
            parser_debug: 0,
            inspect: 0,
            interactive: 0,
            optimization_level: 0,
            verbose: 0,
            quiet: 0,
            safe_path: false,
            write_bytecode: true,
            user_site_directory: true,
            site_import: true,
            buffered_stdio: true,
            skip_source_first_line: false,
            use_environment: true,
            isolated: false,
            dev_mode: false,
            utf8_mode: 0,
            warn_default_encoding: false,
            code_debug_ranges: true,
            implementation: None,
            import_time: false,
            faulthandler: false,
            tracemalloc: 0,
            use_hash_seed: false,
            hash_seed: 0,
            int_max_str_digits: -1,
            pycache_prefix: None,
            pythonpath: None,
            home: None,
            platlibdir: b"lib".to_vec(),
            stdio_encoding: None,
            stdio_errors: None,
            environ: Vec::new(),
        }
    }
}

impl Config {
    /// Reads a command line, its program's name first, and an environment.
    pub fn from_command_line(args: &[Vec<u8>], environ: Environ) -> Result<Config, Exit> {
        let mut config = Config {
            environ,
            orig_argv: args.to_vec(),
            ..Config::default()
        };
        if let Some(name) = args.first() {
            config.program_name = name.clone();
        }
        let mut options = CommandLine::default();
        options.parse(&mut config, args)?;
        if config.isolated {
            config.use_environment = false;
            config.user_site_directory = false;
            config.safe_path = true;
        }
        config.read_environment();
        config.read_x_options()?;
        config.read_hash_seed()?;
        config.collect_warnoptions(&options.warnoptions);
        config.set_argv(args, options.first_argument);
        Ok(config)
    }

    /// An environment variable that is set, not empty, and not to be ignored.
    pub fn env(&self, name: &str) -> Option<&[u8]> {
        if !self.use_environment {
            return None;
        }
        let found = self
            .environ
            .iter()
            .find(|(known, _)| known == name.as_bytes())?;
        Some(found.1.as_slice()).filter(|value| !value.is_empty())
    }

    fn env_number(&self, name: &str) -> i32 {
        match self.env(name) {
            None => 0,
            Some(text) => parse_int(text).filter(|n| *n >= 0).unwrap_or(1),
        }
    }

    fn read_environment(&mut self) {
        self.parser_debug = self.parser_debug.max(self.env_number("PYTHONDEBUG"));
        self.verbose = self.verbose.max(self.env_number("PYTHONVERBOSE"));
        self.optimization_level = self
            .optimization_level
            .max(self.env_number("PYTHONOPTIMIZE"));
        self.inspect = self.inspect.max(self.env_number("PYTHONINSPECT"));
        self.write_bytecode &= self.env_number("PYTHONDONTWRITEBYTECODE") == 0;
        self.user_site_directory &= self.env_number("PYTHONNOUSERSITE") == 0;
        self.buffered_stdio &= self.env_number("PYTHONUNBUFFERED") == 0;
        self.safe_path |= self.env("PYTHONSAFEPATH").is_some();
        self.dev_mode |= self.env("PYTHONDEVMODE").is_some();
        self.faulthandler |= self.env("PYTHONFAULTHANDLER").is_some();
        self.import_time |= self.env("PYTHONPROFILEIMPORTTIME").is_some();
        self.warn_default_encoding |= self.env("PYTHONWARNDEFAULTENCODING").is_some();
        self.code_debug_ranges &= self.env("PYTHONNODEBUGRANGES").is_none();
        self.implementation = self.env("PYRS_IMPLEMENTATION").map(<[u8]>::to_vec);
        self.pythonpath = self.env("PYTHONPATH").map(<[u8]>::to_vec);
        self.home = self.env("PYTHONHOME").map(<[u8]>::to_vec);
        self.pycache_prefix = self.env("PYTHONPYCACHEPREFIX").map(<[u8]>::to_vec);
        if let Some(name) = self.env("PYTHONPLATLIBDIR") {
            self.platlibdir = name.to_vec();
        }
        if let Some(text) = self.env("PYTHONIOENCODING") {
            let mut parts = text.splitn(2, |c| *c == b':');
            let part =
                |part: Option<&[u8]>| part.filter(|text| !text.is_empty()).map(<[u8]>::to_vec);
            let (encoding, errors) = (part(parts.next()), part(parts.next()));
            (self.stdio_encoding, self.stdio_errors) = (encoding, errors);
        }
    }

    /// The value of `-X name` or `-X name=value`; the last one wins.
    pub fn xoption(&self, name: &str) -> Option<Option<&[u8]>> {
        self.xoptions.iter().rev().find_map(|option| {
            let rest = option.strip_prefix(name.as_bytes())?;
            match rest {
                [] => Some(None),
                [b'=', value @ ..] => Some(Some(value)),
                _ => None,
            }
        })
    }

    fn read_x_options(&mut self) -> Result<(), Exit> {
        self.dev_mode |= self.xoption("dev").is_some();
        self.faulthandler |= self.dev_mode || self.xoption("faulthandler").is_some();
        self.import_time |= self.xoption("importtime").is_some();
        self.warn_default_encoding |= self.xoption("warn_default_encoding").is_some();
        self.code_debug_ranges &= self.xoption("no_debug_ranges").is_none();
        if let Some(Some(name)) = self.xoption("implementation") {
            self.implementation = Some(name.to_vec());
        }
        if let Some(value) = self.xoption("pycache_prefix") {
            self.pycache_prefix = value.filter(|value| !value.is_empty()).map(<[u8]>::to_vec);
        }
        if let Some(Some(value)) = self.xoption("frozen_modules")
            && !matches!(value, b"on" | b"off" | b"")
        {
            let message = "bad value for option -X frozen_modules (expected \"on\" or \"off\")";
            return Err(Exit::fatal("", message));
        }
        if let Some(Some(value)) = self.xoption("utf8") {
            self.utf8_mode = match value {
                b"1" => 1,
                b"0" => 0,
                _ => {
                    return Err(Exit::early(
                        "preconfig_init_utf8_mode",
                        "invalid -X utf8 option value",
                    ));
                }
            };
        } else if self.xoption("utf8").is_some()
            || (super::locale::Locale::of(&self.environ).is_c && self.env("PYTHONUTF8").is_none())
        {
            self.utf8_mode = 1;
        } else if let Some(value) = self.env("PYTHONUTF8") {
            self.utf8_mode = match value {
                b"1" => 1,
                b"0" => 0,
                _ => {
                    let message = "invalid PYTHONUTF8 environment variable value";
                    return Err(Exit::early("preconfig_init_utf8_mode", message));
                }
            };
        }
        self.read_digit_limit()?;
        self.read_tracemalloc()
    }

    fn read_digit_limit(&mut self) -> Result<(), Exit> {
        let valid = |n: &i32| *n == 0 || *n >= 640;
        if let Some(value) = self.env("PYTHONINTMAXSTRDIGITS") {
            match parse_int(value).filter(valid) {
                Some(limit) => self.int_max_str_digits = limit,
                None => {
                    let message =
                        "PYTHONINTMAXSTRDIGITS: invalid limit; must be >= 640 or 0 for unlimited.";
                    return Err(Exit::fatal("config_init_int_max_str_digits", message));
                }
            }
        }
        if let Some(value) = self.xoption("int_max_str_digits") {
            match value.and_then(parse_int).filter(valid) {
                Some(limit) => self.int_max_str_digits = limit,
                None => {
                    let message =
                        "-X int_max_str_digits: invalid limit; must be >= 640 or 0 for unlimited.";
                    return Err(Exit::fatal("config_init_int_max_str_digits", message));
                }
            }
        }
        Ok(())
    }

    fn read_tracemalloc(&mut self) -> Result<(), Exit> {
        if let Some(value) = self.env("PYTHONTRACEMALLOC") {
            match parse_int(value).filter(|n| *n >= 0) {
                Some(frames) => self.tracemalloc = frames,
                None => {
                    let message = "PYTHONTRACEMALLOC: invalid number of frames";
                    return Err(Exit::fatal("config_init_tracemalloc", message));
                }
            }
        }
        match self.xoption("tracemalloc") {
            None => {}
            Some(None) => self.tracemalloc = 1,
            Some(Some(value)) => match parse_int(value).filter(|n| *n >= 0) {
                Some(frames) => self.tracemalloc = frames,
                None => {
                    let message = "-X tracemalloc=NFRAME: invalid number of frames";
                    return Err(Exit::fatal("config_init_tracemalloc", message));
                }
            },
        }
        Ok(())
    }

    fn read_hash_seed(&mut self) -> Result<(), Exit> {
        match self.env("PYTHONHASHSEED") {
            None | Some(b"random") => Ok(()),
            Some(text) => {
                let seed = std::str::from_utf8(text)
                    .ok()
                    .and_then(|text| text.parse::<u32>().ok());
                match seed {
                    Some(seed) => {
                        (self.use_hash_seed, self.hash_seed) = (true, seed);
                        Ok(())
                    }
                    None => {
                        let message = "PYTHONHASHSEED must be \"random\" or an integer in range [0; 4294967295]";
                        Err(Exit::fatal("config_init_hash_seed", message))
                    }
                }
            }
        }
    }

    /// Lowest precedence first.
    fn collect_warnoptions(&mut self, command_line: &[Vec<u8>]) {
        let mut all: Vec<Vec<u8>> = Vec::new();
        let mut add = |option: &[u8]| {
            if !all.iter().any(|known| known == option) {
                all.push(option.to_vec());
            }
        };
        if self.dev_mode {
            add(b"default");
        }
        if let Some(text) = self.env("PYTHONWARNINGS") {
            text.split(|c| *c == b',').for_each(&mut add);
        }
        command_line.iter().for_each(|option| add(option));
        match self.bytes_warning {
            ..=0 => {}
            1 => add(b"default::BytesWarning"),
            _ => add(b"error::BytesWarning"),
        }
        self.warnoptions = all;
    }

    /// `sys.argv`: what follows the program, which `-c` and `-m` stand for at first.
    fn set_argv(&mut self, args: &[Vec<u8>], first: usize) {
        let rest = args.get(first..).unwrap_or(&[]);
        self.argv = match &self.program {
            Program::Command(_) => std::iter::once(b"-c".to_vec())
                .chain(rest.iter().cloned())
                .collect(),
            Program::Module(_) => std::iter::once(b"-m".to_vec())
                .chain(rest.iter().cloned())
                .collect(),
            Program::File(_) => rest.to_vec(),
            Program::Stdin if rest.is_empty() => vec![Vec::new()],
            Program::Stdin => rest.to_vec(),
        };
    }
}

/// An int as `_Py_str_to_int` reads it.
fn parse_int(text: &[u8]) -> Option<i32> {
    std::str::from_utf8(text).ok()?.trim_start().parse().ok()
}

/// What is read from the command line besides the fields of `Config`.
#[derive(Default)]
struct CommandLine {
    warnoptions: Vec<Vec<u8>>,
    versions: u32,
    first_argument: usize,
}

impl CommandLine {
    fn parse(&mut self, config: &mut Config, args: &[Vec<u8>]) -> Result<(), Exit> {
        let mut getopt = Getopt::new(args);
        let mut program = None;
        while program.is_none() {
            match getopt.next() {
                Item::End => break,
                Item::Error(message) => {
                    return Err(help::usage_error(&config.program_name, &message));
                }
                Item::Long(name, value) => self.long(config, name, value)?,
                Item::Short(b'c', value) => {
                    let mut command = value.to_vec();
                    command.push(b'\n');
                    program = Some(Program::Command(command));
                }
                Item::Short(b'm', value) => program = Some(Program::Module(value.to_vec())),
                Item::Short(option, value) => self.short(config, option, value)?,
            }
        }
        if self.versions > 0 {
            let stdout = if self.versions > 1 {
                crate::modules::sys::info::VERSION_TEXT
            } else {
                "3.11.7"
            };
            return Err(Exit {
                stdout: format!("Python {stdout}\n"),
                ..Exit::default()
            });
        }
        let next = getopt.index();
        self.first_argument = next;
        config.program = match program {
            Some(program) => program,
            None => match args.get(next) {
                Some(name) if name != b"-" => Program::File(name.clone()),
                _ => Program::Stdin,
            },
        };
        Ok(())
    }

    fn long(&mut self, config: &mut Config, name: &str, value: &[u8]) -> Result<(), Exit> {
        let name_of = &config.program_name;
        match name {
            "help-all" => Err(Exit {
                stdout: help::complete(name_of),
                ..Exit::default()
            }),
            "help-env" => Err(Exit {
                stdout: help::ENVIRONMENT.to_string(),
                ..Exit::default()
            }),
            "help-xoptions" => Err(Exit {
                stdout: help::X_OPTIONS.to_string(),
                ..Exit::default()
            }),
            _ => match value {
                b"always" | b"default" | b"never" => {
                    config.check_hash_pycs_mode = String::from_utf8_lossy(value).into_owned();
                    Ok(())
                }
                _ => {
                    let message =
                        "--check-hash-based-pycs must be one of 'default', 'always', or 'never'";
                    Err(help::usage_error(name_of, message))
                }
            },
        }
    }

    fn short(&mut self, config: &mut Config, option: u8, value: &[u8]) -> Result<(), Exit> {
        match option {
            b'b' => config.bytes_warning += 1,
            b'B' => config.write_bytecode = false,
            b'd' => config.parser_debug += 1,
            b'E' => config.use_environment = false,
            b'i' => {
                config.inspect += 1;
                config.interactive += 1;
            }
            b'I' => config.isolated = true,
            b'O' => config.optimization_level += 1,
            b'P' => config.safe_path = true,
            b'q' => config.quiet += 1,
            b'R' => config.use_hash_seed = false,
            b's' => config.user_site_directory = false,
            b'S' => config.site_import = false,
            b't' => {}
            b'u' => config.buffered_stdio = false,
            b'v' => config.verbose += 1,
            b'V' => self.versions += 1,
            b'W' => self.warnoptions.push(value.to_vec()),
            b'x' => config.skip_source_first_line = true,
            b'X' => config.xoptions.push(value.to_vec()),
            _ => {
                return Err(Exit {
                    stdout: help::usage(&config.program_name),
                    ..Exit::default()
                });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
