//! Compiles the runtime to wasm.

fn main() {
    // Clippy's driver, that cargo hands down, is of another toolchain than the wasm may be.
    std::env::remove_var("RUSTC_WORKSPACE_WRAPPER");

    #[cfg(all(feature = "std", feature = "metadata-hash"))]
    substrate_wasm_builder::WasmBuilder::init_with_defaults().enable_metadata_hash("ASY", 12).build();

    #[cfg(all(feature = "std", not(feature = "metadata-hash")))]
    substrate_wasm_builder::WasmBuilder::build_using_defaults();
}
