// as2-lib, and phase2 that it became, as a partner of the tests: its client to send, and its receivers of messages and of receipts in one session.
//
//   java -cp CLASSES:JARS As2LibPeer KEYSTORE PASSWORD PORT RECEIPT-PORT FOLDER OUR-URL OUR-NAME NAMES
//   NAMES: a file, each line NAME TAB sign TAB cipher TAB compress TAB receipt TAB signed
//   in:    send TAB NAME TAB FILE-NAME TAB PATH
//   out:   @ready, @mic TAB Message-ID TAB matched|mismatch, @sent TAB NAME TAB Message-ID TAB disposition or error
import com.helger.as2lib.cert.CertificateFactory;
import com.helger.as2lib.client.AS2Client;
import com.helger.as2lib.client.AS2ClientRequest;
import com.helger.as2lib.client.AS2ClientResponse;
import com.helger.as2lib.client.AS2ClientSettings;
import com.helger.as2lib.crypto.ECompressionType;
import com.helger.as2lib.crypto.ECryptoAlgorithmCrypt;
import com.helger.as2lib.crypto.ECryptoAlgorithmSign;
import com.helger.as2lib.crypto.IMICMatchingHandler;
import com.helger.as2lib.exception.AS2Exception;
import com.helger.as2lib.message.IMessage;
import com.helger.as2lib.partner.Partnership;
import com.helger.as2lib.partner.SelfFillingPartnershipFactory;
import com.helger.as2lib.processor.DefaultMessageProcessor;
import com.helger.as2lib.processor.receiver.AS2MDNReceiverModule;
import com.helger.as2lib.processor.receiver.AS2ReceiverModule;
import com.helger.as2lib.processor.receiver.net.AS2MDNReceiverHandler;
import com.helger.as2lib.processor.sender.AsynchMDNSenderModule;
import com.helger.as2lib.processor.storage.MessageFileModule;
import com.helger.as2lib.session.AS2Session;
import com.helger.commons.collection.attr.StringMap;
import com.helger.commons.state.ETriState;
import com.helger.mail.cte.EContentTransferEncoding;
import com.helger.security.keystore.EKeyStoreType;
import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import jakarta.activation.DataHandler;
import jakarta.activation.FileDataSource;

public class As2LibPeer {
    private static final PrintStream OUT = System.out;
    private static final String MAIL = "as2@as2-lib.test";

    static void tell(String... words) {
        synchronized (OUT) {
            OUT.println("@" + String.join("\t", words).replace("\r", " ").replace("\n", " "));
            OUT.flush();
        }
    }

    static IMICMatchingHandler judging() {
        return new IMICMatchingHandler() {
            @Override
            public void onMICMatch(IMessage message, String mic) {
                tell("mic", message.getMessageID(), "matched");
            }

            @Override
            public void onMICMismatch(IMessage message, String sent, String received) {
                tell("mic", message.getMessageID(), "mismatch: ours " + sent + ", the receipt's " + received);
            }
        };
    }

    static StringMap with(String... pairs) {
        StringMap map = new StringMap();
        for (int at = 0; at < pairs.length; at += 2) {
            map.putIn(pairs[at], pairs[at + 1]);
        }
        return map;
    }

    /** What its partner sends by this name: of that, too, depends what it digests. */
    static void expect(Partnership one, String[] terms) {
        one.setSigningAlgorithm(terms[1].equals("True") ? ECryptoAlgorithmSign.DIGEST_SHA_256 : null);
        one.setEncryptAlgorithm(terms[2].isEmpty() ? null : ECryptoAlgorithmCrypt.getFromIDOrNull(terms[2]));
        one.setCompressionType(terms[3].isEmpty() ? null : ECompressionType.ZLIB);
    }

    static AS2Session receivers(String[] words, Map<String, String[]> names) throws Exception {
        AS2Session session = new AS2Session();
        session.setCryptoVerifyUseCertificateInBodyPart(false);
        CertificateFactory certificates = new CertificateFactory();
        certificates.initDynamicComponent(session, with("type", "PKCS12", "filename", words[0], "password", words[1], "interval", "0"));
        session.setCertificateFactory(certificates);
        // Partnerships come to be when they are needed; only names and the aliases of keys are to be said. Without a name they
        // are all called the same, and the first is taken for everything.
        SelfFillingPartnershipFactory partnerships = new SelfFillingPartnershipFactory() {
            @Override
            protected void onBeforeAddPartnership(Partnership one) {
                boolean inward = words[6].equals(one.getSenderAS2ID());
                one.setName(one.getSenderAS2ID() + "-" + one.getReceiverAS2ID());
                one.setSenderX509Alias(inward ? "sealgate" : "peer");
                one.setReceiverX509Alias(inward ? "peer" : "sealgate");
                one.setSenderEmail(MAIL);
                one.setReceiverEmail(MAIL);
                one.setVerifyUseCertificateInBodyPart(ETriState.FALSE);
                if (inward && names.containsKey(one.getReceiverAS2ID())) {
                    expect(one, names.get(one.getReceiverAS2ID()));
                }
            }
        };
        partnerships.initDynamicComponent(session, null);
        session.setPartnershipFactory(partnerships);
        DefaultMessageProcessor processor = new DefaultMessageProcessor();
        processor.initDynamicComponent(session, null);
        pending(processor, words);
        AS2ReceiverModule receiver = new AS2ReceiverModule();
        receiver.initDynamicComponent(session, with("address", "127.0.0.1", "port", words[2], "errordir", words[4] + "/errors"));
        AS2MDNReceiverModule receipts = new AS2MDNReceiverModule() {
            @Override
            public AS2MDNReceiverHandler createHandler() {
                AS2MDNReceiverHandler made = super.createHandler();
                made.setMICMatchingHandler(judging());
                return made;
            }
        };
        receipts.initDynamicComponent(session, with("address", "127.0.0.1", "port", words[3], "errordir", words[4] + "/errors"));
        MessageFileModule storage = new MessageFileModule();
        storage.initDynamicComponent(session, with("protocol", "as2", "tempdir", words[4] + "/temporary", "filename",
                                                   words[4] + "/inbox/$msg.receiver.as2_id$/$msg.content-disposition.filename$"));
        AsynchMDNSenderModule answers = new AsynchMDNSenderModule();
        answers.initDynamicComponent(session, null);
        processor.addModule(receiver);
        processor.addModule(receipts);
        processor.addModule(storage);
        processor.addModule(answers);
        session.setMessageProcessor(processor);
        processor.startActiveModules();
        return session;
    }

    static void pending(DefaultMessageProcessor processor, String[] words) {
        new File(words[4] + "/pending").mkdirs();
        new File(words[4] + "/pendinginfo").mkdirs();
        processor.setPendingMDNFolder(words[4] + "/pending");
        processor.setPendingMDNInfoFolder(words[4] + "/pendinginfo");
    }

    static AS2Client client(String[] words) {
        return new AS2Client() {
            @Override
            protected Partnership buildPartnership(AS2ClientSettings settings) {
                Partnership made = super.buildPartnership(settings);
                made.setVerifyUseCertificateInBodyPart(ETriState.FALSE);
                return made;
            }

            @Override
            protected void initMessageProcessor(AS2Session session) throws AS2Exception {
                DefaultMessageProcessor processor = new DefaultMessageProcessor();
                processor.initDynamicComponent(session, null);
                pending(processor, words);
                session.setMessageProcessor(processor);
            }
        };
    }

    static AS2ClientSettings settings(String[] words, String[] terms) {
        AS2ClientSettings made = new AS2ClientSettings();
        made.setKeyStore(EKeyStoreType.PKCS12, new File(words[0]), words[1]);
        made.setSaveKeyStoreChangesToFile(false);
        made.setSenderData(terms[0], MAIL, "peer");
        made.setReceiverData(words[6], "sealgate", words[5]);
        made.setPartnershipName(terms[0] + "-" + words[6]);
        made.setEncryptAndSign(terms[2].isEmpty() ? null : ECryptoAlgorithmCrypt.getFromIDOrNull(terms[2]),
                               terms[1].equals("True") ? ECryptoAlgorithmSign.DIGEST_SHA_256 : null);
        if (!terms[3].isEmpty()) {
            made.setCompress(ECompressionType.ZLIB, terms[3].equals("before"));
        }
        made.setMDNRequested(!terms[4].equals("none"));
        // Its own MIC is by SHA-256 also where nothing is signed, whatever was asked for; so that is asked for.
        made.setMDNOptions((terms[5].equals("True") ? "signed-receipt-protocol=optional, pkcs7-signature; " : "") +
                           "signed-receipt-micalg=optional, sha-256");
        made.setAsyncMDNUrl(terms[4].equals("async") ? "http://127.0.0.1:" + words[3] + "/" : null);
        made.setMICMatchingHandler(judging());
        made.setRetryCount(0);
        return made;
    }

    public static void main(String[] words) throws Exception {
        System.setOut(System.err);
        Map<String, String[]> names = new HashMap<>();
        for (String line : Files.readAllLines(Path.of(words[7]))) {
            String[] terms = line.split("\t", -1);
            names.put(terms[0], terms);
        }
        receivers(words, names);
        tell("ready");
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line; (line = in.readLine()) != null; ) {
            String[] said = line.split("\t");
            AS2ClientRequest request = new AS2ClientRequest("order");
            request.setContentType("application/octet-stream").setContentTransferEncoding(EContentTransferEncoding.BINARY);
            request.setData(new DataHandler(new FileDataSource(said[3]) {
                @Override
                public String getContentType() {
                    return "application/octet-stream";
                }
            }));
            request.setFilename(said[2]);
            AS2ClientResponse response = client(words).sendSynchronous(settings(words, names.get(said[1])), request);
            tell("sent", said[1], "" + response.getOriginalMessageID(), response.hasException() ? "failed: " + response.getException()
                                  : response.getMDN() == null ? "" : "" + response.getMDNDisposition());
        }
        System.exit(0);
    }
}
