//! Makes the RSA keys that are kept in `src/keys` from the seed.
use assay_tee_sim::key::Key;
use rsa::pkcs1::EncodeRsaPrivateKey;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    for label in ["ark", "ask"] {
        let path = format!("{}/src/keys/{label}.der", env!("CARGO_MANIFEST_DIR"));
        std::fs::write(path, Key::generate_rsa(label).to_pkcs1_der()?.as_bytes())?;
    }
    Ok(())
}
