// OpenAS2 as a partner of the tests: its own server from its own configuration, documents handed to the module that otherwise
// finds them in a folder (without waiting for its next look), and its own tracking of messages told on standard output.
//
//   java -cp CLASSES:JARS org.openas2.processor.receiver.OpenAs2Peer CONFIG
//   in:   send TAB AS2-From TAB AS2-To TAB FILE-NAME TAB PATH
//   out:  @ready, @state TAB state TAB AS2-From TAB AS2-To TAB Message-ID TAB direction, @sent TAB AS2-From TAB AS2-To TAB Message-ID
package org.openas2.processor.receiver;

import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.openas2.XMLSession;
import org.openas2.message.Message;
import org.openas2.processor.msgtracking.BaseMsgTrackingModule;
import org.openas2.processor.msgtracking.TrackingModule;

public class OpenAs2Peer {
    private static final PrintStream OUT = System.out;

    static void tell(String... words) {
        synchronized (OUT) {
            OUT.println("@" + String.join("\t", words).replace("\r", " ").replace("\n", " "));
            OUT.flush();
        }
    }

    private static AS2DirectoryPollingModule outbox(XMLSession session) throws Exception {
        for (Object module : session.getProcessor().getModules()) {
            if (module instanceof AS2DirectoryPollingModule) {
                return (AS2DirectoryPollingModule) module;
            }
        }
        throw new IllegalStateException("the configuration has no AS2DirectoryPollingModule");
    }

    /** What OpenAS2 would write into its table of messages. */
    public static class Tracking extends BaseMsgTrackingModule {
        @Override
        protected String getModuleAction() {
            return TrackingModule.DO_TRACK_MSG;
        }

        @Override
        public void start() {}

        @Override
        public void stop() {}

        @Override
        public boolean isRunning() {
            return true;
        }

        @Override
        public boolean healthcheck(List<String> failures) {
            return true;
        }

        @Override
        protected void persist(Message message, Map<String, String> row) {
            tell("state", "" + row.get(FIELDS.STATE), "" + row.get(FIELDS.SENDER_ID), "" + row.get(FIELDS.RECEIVER_ID),
                 "" + row.get(FIELDS.MSG_ID), "" + row.get(FIELDS.DIRECTION));
        }
    }

    public static void main(String[] words) throws Exception {
        System.setOut(System.err);
        XMLSession session = new XMLSession(words[0]);
        session.start();
        AS2DirectoryPollingModule outbox = outbox(session);
        tell("ready");
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line; (line = in.readLine()) != null; ) {
            String[] said = line.split("\t");
            try {
                outbox.getParameters().put("defaults", "sender.as2_id=" + said[1] + ", receiver.as2_id=" + said[2]);
                Message message = outbox.processDocument(new FileInputStream(said[4]), said[3]);
                tell("sent", said[1], said[2], message.getMessageID());
            } catch (Exception error) {
                error.printStackTrace();
                tell("state", "failed: " + error, said[1], said[2], "", "SEND");
                tell("sent", said[1], said[2], "");
            }
        }
        System.exit(0);
    }
}
