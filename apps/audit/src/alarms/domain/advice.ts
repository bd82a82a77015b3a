import type { AlarmKind } from '@qiongtong/contracts';

type Text = Readonly<{ zh: string; en: string }>;

/** What an alarm means, and what whoever reads it does about it. */
export const ADVICE: Readonly<Record<AlarmKind, Readonly<{ meaning: Text; whatToDo: Text }>>> = {
  SEQUENCE_GAP: {
    meaning: {
      zh: '某生产者的编号不连续:中间的事实从未到达日志',
      en: "A producer's numbers have a gap: facts in between have never reached the log",
    },
    whatToDo: {
      zh: '核对该生产者的发件箱(outbox)与消息代理是否丢失消息;补发后告警自动关闭。无法补发的,应保留告警并查明缺失的事实',
      en: "Compare the producer's outbox with the broker's topic for lost messages; sent again, they close the alarm. What cannot be sent again stays an alarm: find out what those facts were",
    },
  },
  NUMBER_REUSED: {
    meaning: {
      zh: '某生产者以同一编号写入了不同内容:两份内容都已封存',
      en: 'A producer used a number again for other content; both contents are in the log',
    },
    whatToDo: {
      zh: '停用该生产者并查明原因:数据库被还原而未开启新纪元,或有人冒用其身份。两条目均为证据,告警不会自动关闭',
      en: 'Stop the producer and find out why: its database was restored without a new epoch, or somebody writes in its name. Both entries are evidence, and the alarm does not close by itself',
    },
  },
  OUTCOME_MISSING: {
    meaning: {
      zh: '已开始放行的使用没有结束记录:究竟送出了多少数据不明',
      en: 'Uses whose release began have no closing record: how much left is not known',
    },
    whatToDo: {
      zh: '检查该网关进程是否已崩溃;以数据交换服务的 exchange.delivery-closed 记录为送出数据的上限。结束记录到达后告警自动关闭',
      en: 'See whether that gateway process has died; what exchange says of the delivery (exchange.delivery-closed) is the most that can have left. A closing record that comes closes the alarm',
    },
  },
  CLOCK_BACKWARDS: {
    meaning: {
      zh: '时钟倒退:事实的时间早于同一来源此前的事实,或封存时间早于前一条目',
      en: 'A clock ran backwards: a fact is dated before the one that its source had sent before it, or an entry was sealed before the one before it',
    },
    whatToDo: {
      zh: '校准该主机的时间同步;期间内的时间以日志序号为准。一段时间内不再倒退,告警自动关闭',
      en: 'Put the time synchronisation of that machine right; for what happened meanwhile go by the order of the log. It closes when no fact has gone back for a while',
    },
  },
  SEALER_STALLED: {
    meaning: {
      zh: '封存停滞:有事实等待,但没有新的检查点',
      en: 'Sealing has stalled: facts wait and there is no new checkpoint',
    },
    whatToDo: {
      zh: '检查审计服务的日志、数据库、消息代理以及签名密钥文件;未封存的事实仍在消息代理中,不会丢失。恢复封存后告警自动关闭',
      en: "Look at the audit service's own log, its database, the broker and the file of the signing key; what is not sealed is still on the broker and not lost. It closes when sealing goes on",
    },
  },
};
