// Camel AS2 as a partner of the tests: its endpoints for messages and for receipts, one path for each kind of protection,
// since an endpoint demands what it has the keys for.
//
//   java -cp CLASSES:JARS CamelPeer OWN-KEY.p12 PASSWORD OUR-CERTIFICATE.pem PORT RECEIPT-PORT INBOX OUR-HOST OUR-PORT OUR-NAME
//   in:   send TAB NAME TAB STRUCTURE TAB CIPHER TAB none|sync|async TAB signed TAB FILE-NAME TAB PATH
//   out:  @ready, @receipt TAB Message-ID TAB disposition TAB MIC, @sent TAB NAME TAB Message-ID TAB MIC or error
import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Map;
import java.util.UUID;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.as2.api.entity.AS2MessageDispositionNotificationEntity;
import org.apache.camel.component.as2.api.entity.DispositionNotificationMultipartReportEntity;
import org.apache.camel.component.as2.api.entity.MultipartSignedEntity;
import org.apache.camel.component.as2.api.util.MicUtils;
import org.apache.camel.component.as2.internal.AS2Constants;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.protocol.HttpCoreContext;

public class CamelPeer {
    private static final PrintStream OUT = System.out;
    private static final Map<String, String> PATHS =
        Map.of("plain", "", "signed", "&validateSigningCertificateChain=#partner", "encrypted", "&decryptingPrivateKey=#key",
               "both", "&validateSigningCertificateChain=#partner&decryptingPrivateKey=#key");

    static void tell(String... words) {
        synchronized (OUT) {
            OUT.println("@" + String.join("\t", words).replace("\r", " ").replace("\n", " "));
            OUT.flush();
        }
    }

    static HttpCoreContext interchange(Exchange exchange) {
        return exchange.getProperty(AS2Constants.AS2_INTERCHANGE, HttpCoreContext.class);
    }

    static void store(Path inbox, Exchange exchange) throws Exception {
        String name = interchange(exchange).getRequest().getFirstHeader("AS2-To").getValue().replace("\"", "");
        Path part = Files.createDirectories(inbox.resolve(".parts")).resolve(UUID.randomUUID().toString());
        Object body = exchange.getIn().getBody();
        if (body instanceof InputStream) {
            Files.copy((InputStream) body, part);
        } else {
            Files.write(part, body instanceof byte[] ? (byte[]) body : body.toString().getBytes(StandardCharsets.UTF_8));
        }
        Files.move(part, Files.createDirectories(inbox.resolve(name)).resolve(part.getFileName()), StandardCopyOption.ATOMIC_MOVE);
    }

    static void judge(Object entity) throws Exception {
        boolean signed = entity instanceof MultipartSignedEntity;
        Object report = signed ? ((MultipartSignedEntity) entity).getPart(0) : entity;
        if (!(report instanceof DispositionNotificationMultipartReportEntity)) {
            tell("receipt", "", "no receipt: " + entity, "");
            return;
        }
        AS2MessageDispositionNotificationEntity said =
            (AS2MessageDispositionNotificationEntity) ((DispositionNotificationMultipartReportEntity) report).getPart(1);
        Object mic = said.getReceivedContentMic() == null ? null : said.getReceivedContentMic().getEncodedMessageDigest();
        tell("receipt", said.getOriginalMessageId(), said.getDispositionType() + (said.getDispositionModifier() == null ? "" : "/" +
             said.getDispositionModifier()) + (signed ? " signed" : " unsigned"), "" + mic);
    }

    static String client(String[] words, String[] said) {
        boolean receipt = !said[4].equals("none");
        return "as2:client/send?inBody=ediMessage&targetHostname=" + words[6] + "&targetPortNumber=" + words[7] + "&requestUri=/as2&as2From=" +
            said[1] + "&as2To=" + words[8] + "&from=as2@camel.test&subject=order&ediMessageContentType=application/edi-x12" +
            "&ediMessageTransferEncoding=binary&httpSocketTimeout=120s&httpConnectionTimeout=20s&as2MessageStructure=" + said[2] +
            (said[2].contains("SIGNED") ? "&signingAlgorithm=SHA256WITHRSA&signingCertificateChain=#chain&signingPrivateKey=#key" : "") +
            (said[2].contains("ENCRYPTED") ? "&encryptingAlgorithm=" + said[3] + "&encryptingCertificateChain=#partner" : "") +
            (said[2].contains("COMPRESSED") ? "&compressionAlgorithm=ZLIB" : "") +
            (receipt ? "&dispositionNotificationTo=as2@camel.test" : "") +
            (receipt && said[5].equals("True") ? "&signedReceiptMicAlgorithms=sha256" : "") +
            (said[4].equals("async") ? "&receiptDeliveryOption=http://127.0.0.1:" + words[4] + "/receipts" : "");
    }

    public static void main(String[] words) throws Exception {
        System.setOut(System.err);
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream file = new FileInputStream(words[0])) {
            store.load(file, words[1].toCharArray());
        }
        DefaultCamelContext camel = new DefaultCamelContext();
        PrivateKey key = (PrivateKey) store.getKey("peer", words[1].toCharArray());
        Certificate[] chain = store.getCertificateChain("peer");
        camel.getRegistry().bind("key", PrivateKey.class, key);
        camel.getRegistry().bind("chain", Certificate[].class, chain);
        try (InputStream file = new FileInputStream(words[2])) {
            Certificate[] partner = {CertificateFactory.getInstance("X.509").generateCertificate(file)};
            camel.getRegistry().bind("partner", Certificate[].class, partner);
        }
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                PATHS.forEach((path, keys) -> from("as2:server/listen?requestUriPattern=/" + path + "&serverPortNumber=" + words[3] +
                    "&signingAlgorithm=SHA256WITHRSA&signingCertificateChain=#chain&signingPrivateKey=#key&from=as2@camel.test" +
                    "&subject=receipt" + keys).process(exchange -> store(Path.of(words[5]), exchange)));
                from("as2:receipt/receive?requestUriPattern=/receipts&asyncMdnPortNumber=" + words[4])
                    .process(exchange -> judge(exchange.getIn().getBody()));
            }
        });
        camel.start();
        tell("ready");
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line; (line = in.readLine()) != null; ) {
            String[] said = line.split("\t");
            try (InputStream document = new FileInputStream(said[7])) {
                Exchange done = camel.createProducerTemplate().request(client(words, said), exchange -> {
                    exchange.getIn().setBody(document);
                    exchange.getIn().setHeader("CamelAs2.attachedFileName", said[6]);
                });
                if (done.getException() != null) {
                    throw done.getException();
                }
                ClassicHttpRequest request = (ClassicHttpRequest) interchange(done).getRequest();
                String id = request.getFirstHeader("Message-ID").getValue();
                Object mic = null;
                if (!said[2].contains("ENCRYPTED")) {
                    mic = MicUtils.createReceivedContentMic(request, said[2].contains("SIGNED") ? chain : null, null);
                }
                tell("sent", said[1], id, "" + mic);
                if (said[4].equals("sync")) {
                    judge(done.getMessage().getBody());
                }
            } catch (Exception error) {
                error.printStackTrace();
                tell("sent", said[1], "", "failed: " + error + " " + error.getCause());
            }
        }
        System.exit(0);
    }
}
