//! `#[pymethods]`: an impl block and the table of what it gives the type.

use crate::attributes::{Options, doc_of, option_str, plain_name, take_attribute, vm_path};
use crate::binding::{Callee, Family, RustParam, generic_argument, rust_params, wrapper};
use crate::slots;
use crate::text_signature::{Param, Sig};
use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote};
use syn::{Attribute, Ident, ImplItem, ItemImpl, Result, Signature, Type};

const ITEM_ATTRIBUTES: &[&str] = &[
    "pymethod",
    "pyclassmethod",
    "pystaticmethod",
    "pygetset",
    "pymember",
    "pyconst",
    "pyslot",
];

/// The options of functions and methods.
const FUNCTION_OPTIONS: &[&str] = &["sig", "name", "doc", "family", "fname", "no_text_signature"];

#[derive(Default)]
struct Collected {
    functions: TokenStream,
    methods: Vec<TokenStream>,
    getsets: Vec<GetSet>,
    consts: Vec<TokenStream>,
    slots: Vec<TokenStream>,
}

struct GetSet {
    name: String,
    doc: Option<String>,
    get: Option<Ident>,
    set: Option<Ident>,
    member: bool,
}

/// Expands `#[pymethods]`.
pub fn expand(options: &Options, mut block: ItemImpl) -> Result<TokenStream> {
    options.check(&["table"])?;
    let table = options
        .ident("table")?
        .unwrap_or_else(|| Ident::new("TABLE", Span::call_site()));
    let self_type = (*block.self_ty).clone();
    let payload = generic_argument(&self_type, "Py")
        .cloned()
        .unwrap_or_else(|| self_type.clone());
    let owner = Owner {
        self_type: &self_type,
        payload: &payload,
    };
    let mut collected = Collected::default();
    for item in &mut block.items {
        match item {
            ImplItem::Fn(function) => {
                if let Some((kind, attribute)) =
                    take_attribute(&mut function.attrs, ITEM_ATTRIBUTES)
                {
                    let doc = doc_of(&function.attrs);
                    function_item(
                        &owner,
                        &mut collected,
                        &kind,
                        &attribute,
                        doc,
                        &mut function.sig,
                    )?;
                }
            }
            ImplItem::Const(constant) => {
                if let Some((_, attribute)) = take_attribute(&mut constant.attrs, &["pyconst"]) {
                    let ident = &constant.ident;
                    let path = quote!(<#self_type>::#ident);
                    const_row(&mut collected, &attribute, ident, &path)?;
                }
            }
            _ => {}
        }
    }
    let vm = vm_path();
    let Collected {
        functions,
        methods,
        getsets,
        consts,
        slots,
    } = collected;
    let getsets = getsets.iter().map(getset_row);
    Ok(quote! {
        #block

        #[doc = "What the methods block gives the type."]
        pub static #table: #vm::object::Table = {
            #functions
            #[allow(unused_variables)]
            fn __fill_slots(slots: &#vm::object::Slots) {
                #( #slots )*
            }
            #vm::object::Table {
                methods: &[ #( #methods ),* ],
                getsets: &[ #( #getsets ),* ],
                consts: &[ #( #consts ),* ],
                fill_slots: __fill_slots,
            }
        };
    })
}

struct Owner<'a> {
    self_type: &'a Type,
    payload: &'a Type,
}

fn function_item(
    owner: &Owner<'_>,
    out: &mut Collected,
    kind: &str,
    attribute: &Attribute,
    doc: Option<String>,
    signature: &mut Signature,
) -> Result<()> {
    let params = rust_params(signature, Some(owner.self_type))?;
    let options = Options::of(attribute)?;
    let (self_type, ident) = (owner.self_type, &signature.ident);
    let path = quote!(<#self_type>::#ident);
    match kind {
        "pymethod" | "pyclassmethod" | "pystaticmethod" => {
            let binding = match kind {
                "pymethod" => "Instance",
                "pyclassmethod" => "Class",
                _ => "Static",
            };
            let function = Function {
                options: &options,
                ident,
                signature,
                params: &params,
                path,
                doc,
            };
            let (row, code) = method_row(Some(owner), &function, binding)?;
            out.methods.push(row);
            out.functions.extend(code);
            Ok(())
        }
        "pyslot" => slot(owner, out, &options, ident, &params, path),
        "pyconst" => {
            let wants_vm = params.iter().any(|param| matches!(param, RustParam::Vm));
            let call = if wants_vm {
                quote!(#path(vm))
            } else {
                quote!(#path())
            };
            const_row(out, attribute, ident, &call)
        }
        _ => getset(owner, out, kind, &options, ident, &params, path, doc),
    }
}

/// A function with its attribute, on its way to a `MethodDef`.
pub struct Function<'a> {
    pub options: &'a Options,
    pub ident: &'a Ident,
    pub signature: &'a Signature,
    pub params: &'a [RustParam],
    pub path: TokenStream,
    pub doc: Option<String>,
}

/// The `MethodDef` of a function, and its wrapper.
pub fn module_function(function: &Function<'_>) -> Result<(TokenStream, TokenStream)> {
    method_row(None, function, "Static")
}

fn method_row(
    owner: Option<&Owner<'_>>,
    function: &Function<'_>,
    binding: &str,
) -> Result<(TokenStream, TokenStream)> {
    let vm = vm_path();
    let options = function.options;
    options.check(FUNCTION_OPTIONS)?;
    let written = options.text("sig")?;
    let sig = match &written {
        Some(text) => Sig::parse(text)?,
        None => untold_signature(function),
    };
    let name = match options.text("name")? {
        Some(name) => name.value(),
        None if !sig.name.is_empty() => sig.name.clone(),
        None => plain_name(function.ident),
    };
    let callee = Callee {
        path: function.path.clone(),
        payload: owner.map(|owner| owner.payload),
        fname: options
            .text("fname")?
            .map_or_else(|| name.clone(), |fname| fname.value()),
        family: family(options)?,
        sig: &sig,
        span: function.ident.span(),
    };
    let wrapper_name = format_ident!("__py_{}", plain_name(function.ident));
    let has_receiver = owner.is_none() || binding != "Static";
    let made = wrapper(&callee, &wrapper_name, function.params, has_receiver)?;
    let convention = made.convention;
    let text = if written.is_some() && !options.has("no_text_signature") {
        Some(sig.text.as_str())
    } else {
        None
    };
    let text = option_str(text);
    let doc = options
        .text("doc")?
        .map(|doc| doc.value())
        .or_else(|| function.doc.clone());
    let doc = option_str(doc.as_deref());
    let binding = Ident::new(binding, Span::call_site());
    let row = quote! {
        #vm::object::MethodDef {
            name: #name,
            doc: #doc,
            text_signature: #text,
            binding: #vm::object::Binding::#binding,
            function: #vm::object::NativeFn::#convention(#wrapper_name),
        }
    };
    Ok((row, made.function))
}

fn family(options: &Options) -> Result<Family> {
    options
        .text("family")?
        .map_or(Ok(Family::Clinic), |text| Family::parse(&text))
}

/// Without `sig`: raw `Args`, or positional-only parameters under their Rust names.
fn untold_signature(function: &Function<'_>) -> Sig {
    let is_args = |param: &&RustParam| matches!(param, RustParam::Typed { ty, .. } if crate::binding::is_named(ty, "Args"));
    if function.params.iter().any(|param| is_args(&param)) {
        return Sig {
            varargs: Some(0),
            varkw: true,
            ..Sig::default()
        };
    }
    let mut names: Vec<String> = Vec::new();
    for input in &function.signature.inputs {
        if let syn::FnArg::Typed(typed) = input
            && let syn::Pat::Ident(name) = &*typed.pat
        {
            names.push(plain_name(&name.ident));
        }
    }
    let typed = function
        .params
        .iter()
        .filter(|param| matches!(param, RustParam::Typed { .. }))
        .count();
    let has_self = function
        .params
        .iter()
        .any(|param| matches!(param, RustParam::SelfRef));
    let data = if has_self {
        typed
    } else {
        typed.saturating_sub(1)
    };
    let params: Vec<Param> = (0..data)
        .map(|index| Param {
            name: names.get(index).cloned().unwrap_or_default(),
            default: None,
        })
        .collect();
    Sig {
        posonly: params.len(),
        positional: params.len(),
        params,
        ..Sig::default()
    }
}

fn slot(
    owner: &Owner<'_>,
    out: &mut Collected,
    options: &Options,
    ident: &Ident,
    params: &[RustParam],
    path: TokenStream,
) -> Result<()> {
    options.check(&["name", "sig", "family", "fname"])?;
    let rust_name = plain_name(ident);
    let name = match options.text("name")? {
        Some(name) => name.value(),
        None => rust_name
            .strip_prefix("slot_")
            .unwrap_or(&rust_name)
            .to_string(),
    };
    let written = options.text("sig")?;
    let sig = match &written {
        Some(text) => Sig::parse(text)?,
        None => Sig::default(),
    };
    let fname = match options.text("fname")? {
        Some(fname) => fname.value(),
        None if !sig.name.is_empty() => sig.name.clone(),
        None => format!("__{name}__"),
    };
    let callee = Callee {
        path,
        payload: Some(owner.payload),
        fname,
        family: family(options)?,
        sig: &sig,
        span: ident.span(),
    };
    let wrapper_name = format_ident!("__slot_{name}");
    let field = Ident::new(&name, Span::call_site());
    out.functions.extend(slots::wrapper(
        &callee,
        &name,
        &wrapper_name,
        params,
        written.is_some(),
    )?);
    out.slots
        .push(quote!(slots.#field.set(::core::option::Option::Some(#wrapper_name));));
    Ok(())
}

fn const_row(
    out: &mut Collected,
    attribute: &Attribute,
    ident: &Ident,
    path: &TokenStream,
) -> Result<()> {
    let vm = vm_path();
    let options = Options::of(attribute)?;
    options.check(&["name"])?;
    let name = options
        .text("name")?
        .map_or_else(|| plain_name(ident), |name| name.value());
    let value_name = format_ident!("__const_{}", plain_name(ident));
    out.functions.extend(quote! {
        #[allow(non_snake_case)]
        fn #value_name(vm: &#vm::context::Vm) -> #vm::object::Value {
            #vm::protocol::convert::ToValue::to_py(#path, vm)
        }
    });
    out.consts
        .push(quote!(#vm::object::ConstDef { name: #name, value: #value_name }));
    Ok(())
}

#[expect(clippy::too_many_arguments, reason = "one use")]
fn getset(
    owner: &Owner<'_>,
    out: &mut Collected,
    kind: &str,
    options: &Options,
    ident: &Ident,
    params: &[RustParam],
    path: TokenStream,
    doc: Option<String>,
) -> Result<()> {
    options.check(&["name", "doc", "setter"])?;
    let setter = options.has("setter");
    let rust_name = plain_name(ident);
    let name = match options.text("name")? {
        Some(name) => name.value(),
        None if setter => rust_name
            .strip_prefix("set_")
            .unwrap_or(&rust_name)
            .to_string(),
        None => rust_name.clone(),
    };
    let sig = Sig::default();
    let callee = Callee {
        path,
        payload: Some(owner.payload),
        fname: name.clone(),
        family: Family::Clinic,
        sig: &sig,
        span: ident.span(),
    };
    let prefix = if setter { "set" } else { "get" };
    let function = format_ident!("__{prefix}_{rust_name}");
    if setter {
        out.functions
            .extend(setter_wrapper(&callee, &name, &function, params)?);
    } else {
        out.functions
            .extend(wrapper(&callee, &function, params, true)?.function);
    }
    let doc = options.text("doc")?.map(|doc| doc.value()).or(doc);
    let place = match out.getsets.iter().position(|row| row.name == name) {
        Some(place) => place,
        None => {
            out.getsets.push(GetSet {
                name,
                doc: None,
                get: None,
                set: None,
                member: kind == "pymember",
            });
            out.getsets.len() - 1
        }
    };
    let row = &mut out.getsets[place];
    if setter {
        row.set = Some(function);
    } else {
        row.get = Some(function);
        row.doc = doc;
    }
    Ok(())
}

fn setter_wrapper(
    callee: &Callee<'_>,
    name: &str,
    function: &Ident,
    params: &[RustParam],
) -> Result<TokenStream> {
    let vm = vm_path();
    let mut arguments = Vec::new();
    let mut statements = TokenStream::new();
    let mut receiver_seen = false;
    for param in params {
        match param {
            RustParam::Vm => arguments.push(quote!(vm)),
            RustParam::SelfRef => {
                statements.extend(crate::binding::receiver_statement(callee, None)?);
                arguments.push(quote!(__zelf));
                receiver_seen = true;
            }
            RustParam::Typed { ty, .. } if !receiver_seen => {
                statements.extend(crate::binding::receiver_statement(callee, Some(ty))?);
                arguments.push(quote!(__zelf));
                receiver_seen = true;
            }
            RustParam::Typed { ty, .. } => {
                statements.extend(assigned_value(name, ty));
                arguments.push(quote!(__value));
            }
        }
    }
    let path = &callee.path;
    Ok(quote! {
        #[allow(unused_variables)]
        fn #function(
            vm: &#vm::context::Vm,
            __self: &#vm::object::Value,
            __value: ::core::option::Option<#vm::object::Value>,
        ) -> #vm::context::PyResult<()> {
            #statements
            #vm::protocol::convert::IntoSlotResult::<()>::into_slot_result(#path(#(#arguments),*))
        }
    })
}

/// The value a setter gets; only `Option<Value>` takes deletion too.
fn assigned_value(name: &str, ty: &Type) -> TokenStream {
    let vm = vm_path();
    if generic_argument(ty, "Option").is_some() {
        return TokenStream::new();
    }
    let text = format!("cannot delete '{name}' attribute");
    let present = quote! {
        let ::core::option::Option::Some(__value) = __value else {
            return ::core::result::Result::Err(#vm::context::Vm::type_error(vm, #text));
        };
    };
    if crate::binding::is_named(ty, "Value") {
        return present;
    }
    let argument = format!("attribute '{name}'");
    quote! {
        #present
        let __assigned = __value;
        let __value: #ty = #vm::protocol::convert::FromValue::from_value(vm, &__assigned, #vm::protocol::convert::ArgName::new(#argument))?;
    }
}

fn getset_row(row: &GetSet) -> TokenStream {
    let vm = vm_path();
    let GetSet {
        name,
        doc,
        get,
        set,
        member,
    } = row;
    let doc = option_str(doc.as_deref());
    let option = |function: &Option<Ident>| match function {
        Some(function) => quote!(::core::option::Option::Some(#function)),
        None => quote!(::core::option::Option::None),
    };
    let (get, set) = (option(get), option(set));
    quote!(#vm::object::GetSetDef { name: #name, doc: #doc, get: #get, set: #set, member: #member })
}
