//! A world to test in: a real node with a real database, a bonded provider with a service, payers with wallets.

pub mod govern;
pub mod lab;
pub mod network;
pub mod offence;
pub mod record;
pub mod scale;
pub mod shop;

use anyhow::{bail, ensure, Context};
use assay_client::{At, Block, Call, Chain, Event, Keypair, Options, SecretUri, Submitter};
use assay_primitives::{
    address::{asset_address, fallback_account},
    id::{commitment, model_id, payment_id, service_id},
    signer::{Consent, Signer},
    views::{ChainTerms, PaymentStatus, Token},
    AccountId32, AssetId, Authorization, Balance, ChainDomain, Delivery, Evidence, Leg, Offer, PaymentId, PaymentRef,
    Permit2Contracts, Receipt, ServiceId, Settlement, Tier, TokenDomain, H160, H256,
};
use std::{
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    str::FromStr,
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// Test USD.
pub const TUSD: AssetId = 1;
/// What the provider asks for an inference.
pub const PRICE: Balance = 10_000;

/// Longest wait for something to become final.
const FINAL_LIMIT: Duration = Duration::from_secs(180);

/// The workspace. Asked for when the test runs: clones that share a build folder share what is compiled into it.
pub fn repository() -> PathBuf {
    let package = std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it for the tests that it runs");
    Path::new(&package).join("..")
}

/// A binary that was built with this test.
pub fn binary(name: &str) -> PathBuf {
    let mut folder = std::env::current_exe().expect("this program has a path");
    folder.pop();
    if folder.ends_with("deps") {
        folder.pop();
    }
    folder.join(name)
}

/// The node's program. All its processes share the runtimes that one of them has compiled.
pub fn node() -> Command {
    let mut command = Command::new(binary("assay-node"));
    command.env("ASSAY_COMPILED", binary("compiled"));
    command
}

/// A file with the development chain's spec and its genesis state, made once for each runtime that is built.
pub fn development_spec() -> anyhow::Result<PathBuf> {
    let export = ["export-chain-spec", "--chain", "dev"];
    let plain = sp_crypto_hashing::blake2_128(printed(&export)?.as_bytes());
    let spec = binary(&format!("development-{}.json", hex::encode(plain)));
    if !spec.exists() {
        // Other tests may be at it too: each writes its own file, and none reads half of one.
        let file = tempfile::NamedTempFile::new_in(spec.parent().context("it is in a folder")?)?;
        std::fs::write(&file, printed(&[&export[..], &["--raw"]].concat())?)?;
        file.persist(&spec)?;
    }
    Ok(spec)
}

/// What the node's program prints when it is called like this.
pub fn printed(arguments: &[&str]) -> anyhow::Result<String> {
    let output = node().args(arguments).output()?;
    ensure!(output.status.success(), "{arguments:?} failed: {}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?)
}

/// A port that nobody listens on.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
    listener.local_addr().expect("it has an address").port()
}

/// A process that ends with its handle.
pub struct Process(Child);

impl Process {
    /// Starts a program; what it prints is added to the file.
    pub fn start(command: &mut Command, log: &Path) -> anyhow::Result<Self> {
        let log = std::fs::OpenOptions::new().create(true).append(true).open(log)?;
        Ok(Self(command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log).spawn()?))
    }

    /// Sends it a signal, such as `STOP`.
    pub fn signal(&self, name: &str) -> anyhow::Result<()> {
        // The shell's own `kill`: there is none in the standard library.
        let sent = Command::new("sh").args(["-c", "kill -s $0 $1", name, &self.0.id().to_string()]).status()?;
        ensure!(sent.success(), "the signal {name} was not sent");
        Ok(())
    }

    /// Ends it as a crash would.
    pub fn kill(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A chain with a provider and its service.
pub struct World {
    /// Typed access to the chain.
    pub chain: Chain,
    /// The node's WebSocket address.
    pub url: String,
    /// EIP-155 chain id and genesis hash.
    pub domain: ChainDomain,
    /// Test USD's domain.
    pub token: TokenDomain,
    /// //Bob, who answers requests at tier Signed.
    pub service: ServiceId,
    /// The provider's transactions.
    pub provider: Submitter,
    /// Transactions of somebody who has nothing to do with it all.
    pub stranger: Submitter,
    /// Logs and database.
    pub folder: tempfile::TempDir,
    _node: Option<Process>,
}

/// The key that signs the provider's receipts.
pub fn receipt_signer() -> Signer {
    Signer::from_word(b"the provider's receipts").expect("a hash below the order")
}

/// A payer with a wallet that nobody else uses, funded by [`World::fund`].
pub fn payer(n: u32) -> Signer {
    Signer::from_word(&[&b"payer"[..], &n.to_be_bytes()].concat()).expect("a hash below the order")
}

/// A key of a development account, such as `//Bob`.
pub fn keypair(uri: &str) -> Keypair {
    Keypair::from_uri(&SecretUri::from_str(uri).expect("is a secret URI")).expect("is a key")
}

/// The account of such a key.
pub fn account_of(uri: &str) -> AccountId32 {
    AccountId32::new(keypair(uri).public_key().0)
}

/// The time in seconds.
pub fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("it is after 1970").as_secs()
}

impl World {
    /// Starts a development node and registers the provider.
    pub async fn start() -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let port = free_port();
        let mut command = node();
        command
            .args(["--dev", "--no-prometheus", "--port", "0"])
            .arg("--chain")
            .arg(development_spec()?)
            .arg("--rpc-port")
            .arg(port.to_string())
            .arg("--base-path")
            .arg(folder.path().join("chain"));
        let node = Process::start(&mut command, &folder.path().join("node.log"))?;
        Self::open(format!("ws://127.0.0.1:{port}"), folder, Some(node)).await
    }

    /// Registers the provider on a chain that somebody else runs, at a node's WebSocket address.
    pub async fn on(url: &str) -> anyhow::Result<Self> {
        Self::open(url.into(), tempfile::tempdir()?, None).await
    }

    async fn open(url: String, folder: tempfile::TempDir, node: Option<Process>) -> anyhow::Result<Self> {
        let chain = tokio::time::timeout(Duration::from_secs(60), Chain::connect(&url)).await.context("no node")??;
        let start = |uri| Submitter::start(chain.clone(), keypair(uri), Options::default());
        let (provider, stranger) = (start("//Bob"), start("//Eve"));

        // A chain knows its genesis hash from its first block on.
        let (best, terms) = loop {
            let best = chain.best().await?;
            let terms: ChainTerms = best.view("X402", "chain_terms", ()).await?;
            if terms.genesis == chain.genesis() {
                break (best, terms);
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        };
        let token: Option<Token> = best.view("X402", "token", TUSD).await?;
        let Token { name, version, .. } = token.context("Test USD is not payable")?;
        let domain = ChainDomain { chain_id: terms.chain_id, genesis: terms.genesis };

        let content = H256::repeat_byte(7);
        let model = model_id(provider.account(), content, b"test");
        let none: Option<AccountId32> = None;
        let set_up = Call::batch_all(vec![
            Call::new("Inference", "register_provider").arg(&vec![receipt_signer().receipt_key()]),
            Call::new("Inference", "bond").arg(&TUSD).arg(&(1_000_000_000 as Balance)),
            Call::new("Inference", "register_model").arg(&b"test".to_vec()).arg(&content).arg(&Vec::<u8>::new()),
            Call::new("Inference", "register_service")
                .arg(&model)
                .arg(&Tier::Signed)
                .arg(&H256::zero())
                .arg(&TUSD)
                .arg(&PRICE)
                .arg(&none),
        ]);
        succeed(&provider, set_up).await?;
        let service = service_id(provider.account(), model, Tier::Signed, H256::zero(), TUSD);
        let token = TokenDomain { name, version };
        Ok(Self { chain, url, domain, token, service, provider, stranger, folder, _node: node })
    }

    /// Transactions of a development account.
    pub fn stranger_as(&self, uri: &str) -> Submitter {
        Submitter::start(self.chain.clone(), keypair(uri), Options::default())
    }

    /// Gives payers Test USD out of the provider's pocket.
    pub async fn fund(&self, payers: impl IntoIterator<Item = &Signer>, amount: Balance) -> anyhow::Result<()> {
        let calls: Vec<Call> = payers
            .into_iter()
            .map(|payer| {
                Call::new("Assets", "transfer_keep_alive")
                    .arg(&codec::Compact(TUSD))
                    .arg(&address(&fallback_account(payer.address())))
                    .arg(&codec::Compact(amount))
            })
            .collect();
        for batch in calls.chunks(500) {
            succeed(&self.provider, Call::batch_all(batch.to_vec())).await?;
        }
        Ok(())
    }

    /// An offer of one leg.
    pub fn offer(&self, delivery_seconds: u64) -> Offer {
        let leg = Leg { service: self.service, max_amount: 2 * PRICE, request: request(), disclose: false };
        Offer { asset: TUSD, delivery_seconds, legs: [leg].to_vec().try_into().expect("one leg") }
    }

    /// A wallet signs a payment to an address.
    pub fn authorize(&self, payer: &Signer, to: H160, value: Balance, nonce: u64) -> Authorization {
        let consent = Consent {
            chain_id: self.domain.chain_id,
            token: asset_address(TUSD),
            to,
            value: value.into(),
            valid_after: 0,
            valid_before: now() + 3_600,
            nonce: H256::from_low_u64_be(nonce),
        };
        payer.eip3009(&self.token, consent)
    }

    /// A wallet signs for an offer.
    pub fn authorize_offer(&self, payer: &Signer, offer: &Offer, nonce: u64) -> Authorization {
        self.authorize(payer, offer.address(&self.domain), offer.total().expect("has legs"), nonce)
    }

    /// The id that an authorization's payment has.
    pub fn payment_id(&self, authorization: &Authorization) -> PaymentId {
        payment_id(authorization.payer(), authorization.digest(&self.token, &Permit2Contracts::X402))
    }

    /// The provider's receipt for a payment's only leg.
    pub fn receipt(&self, payment: PaymentId) -> Receipt {
        Receipt {
            payment,
            leg: 0,
            service: self.service,
            request: request(),
            response: commitment(&[2; 32], b"42"),
            amount: PRICE,
            issued_at: now(),
        }
    }

    /// What an honest provider hands in.
    pub fn settlement(&self, payment: PaymentRef, id: PaymentId, offer: &Offer) -> Settlement {
        let receipt = self.receipt(id);
        let delivery = Delivery {
            request: receipt.request,
            response: receipt.response,
            amount: receipt.amount,
            issued_at: receipt.issued_at,
            evidence: Evidence {
                signature: receipt_signer().sign_receipt(receipt.digest(&self.domain)),
                material: Default::default(),
                disclosure: None,
            },
        };
        Settlement { payment, offer: offer.clone(), deliveries: [delivery].to_vec().try_into().expect("one leg") }
    }

    /// What an honest provider hands in for an authorization that nobody reserved.
    pub fn direct(&self, payer: &Signer, offer: &Offer, nonce: u64) -> Settlement {
        let authorization = self.authorize_offer(payer, offer, nonce);
        let id = self.payment_id(&authorization);
        self.settlement(PaymentRef::Authorization(authorization), id, offer)
    }

    /// What became of a payment.
    pub async fn status(&self, payment: PaymentId) -> anyhow::Result<PaymentStatus> {
        Ok(self.chain.best().await?.view("Inference", "payment_status", payment).await?)
    }

    /// Test USD that an account can spend.
    pub async fn balance(&self, who: &AccountId32) -> anyhow::Result<Balance> {
        use codec::{Decode, Encode};
        let keys = vec![TUSD.encode(), who.encode()];
        let account: Option<Prefix> = self.chain.best().await?.storage("Assets", "Account", keys).await?;

        /// The first field of pallet-assets' record.
        struct Prefix(Balance);
        impl Decode for Prefix {
            fn decode<I: codec::Input>(input: &mut I) -> Result<Self, codec::Error> {
                let balance = Balance::decode(input)?;
                while input.read_byte().is_ok() {}
                Ok(Self(balance))
            }
        }
        Ok(account.map_or(0, |account| account.0))
    }
}

/// Commitment of the request that all test offers name.
pub fn request() -> H256 {
    commitment(&[1; 32], b"what is the answer?")
}

/// An account as extrinsics name it.
pub fn address(account: &AccountId32) -> (u8, AccountId32) {
    (0, account.clone())
}

/// Submits a call that must succeed, and returns its events.
pub async fn succeed(submitter: &Submitter, call: Call) -> anyhow::Result<Arc<[Event]>> {
    match submitter.submit(call)?.in_block().await?.result {
        Ok(events) => Ok(events),
        Err(failure) => bail!("the call failed: {failure:?}"),
    }
}

/// Submits a call that must fail, and returns the error's name, such as `X402::NonceUsed`.
pub async fn fail(submitter: &Submitter, call: Call) -> anyhow::Result<String> {
    match submitter.submit(call)?.in_block().await?.result {
        Ok(_) => bail!("the call succeeded"),
        Err(failure) => Ok(failure.name),
    }
}

/// Submits a call that must succeed, and waits until it is final. Returns its block and its events.
pub async fn finally(submitter: &Submitter, call: Call) -> anyhow::Result<(Block, Arc<[Event]>)> {
    let mut ticket = submitter.submit(call)?;
    let inclusion =
        tokio::time::timeout(FINAL_LIMIT, ticket.finalized()).await.context("it does not become final")??;
    match inclusion.result {
        Ok(events) => Ok((inclusion.block, events)),
        Err(failure) => bail!("the call failed: {failure}"),
    }
}

/// The chain at the block of this height, as soon as that is final.
pub async fn final_at(chain: &Chain, number: u32) -> anyhow::Result<At> {
    let mut heads = chain.heads();
    tokio::time::timeout(FINAL_LIMIT, heads.wait_for(|heads| heads.finalized.number >= number))
        .await
        .with_context(|| format!("block {number} does not become final"))??;
    let block = chain.block(number).await?.with_context(|| format!("block {number} is final and missing"))?;
    Ok(chain.at(block).await?)
}
