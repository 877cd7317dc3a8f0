type Rule = readonly [RegExp, (...parts: string[]) => string];

const seconds = (text: string): string =>
  text
    .replace(/\bmin\b/, "분")
    .replace(/\bs\b/, "초")
    .replace(/\bms\b/, "밀리초");

/** What the hosts provider says about an instance or a load balancer, phrase by phrase. */
const rules: readonly Rule[] = [
  [/^runs and is healthy$/, () => "정상으로 실행 중입니다"],
  [/^its server group is disabled$/, () => "서버 그룹이 비활성화되어 있습니다"],
  [/^has just been started$/, () => "방금 시작했습니다"],
  [/^waits for GET (\S+) to succeed$/, (path) => `GET ${path} 요청이 성공하기를 기다립니다`],
  [/^could not be started: (.*)$/s, (why) => `시작하지 못했습니다: ${why}`],
  [/^ended when its machine was restarted$/, () => "컴퓨터가 다시 시작되면서 종료되었습니다"],
  [/^exited with status (\d+)$/, (status) => `종료 상태 ${status}(으)로 끝났습니다`],
  [
    /^exited with status (\d+) after (.+)$/,
    (status, time) => `${seconds(time)} 만에 종료 상태 ${status}(으)로 끝났습니다`,
  ],
  [
    /^was ended by (\w+)(?: after (.+))?$/,
    (signal, time) => `${time ? `${seconds(time)} 만에 ` : ""}${signal} 신호로 종료되었습니다`,
  ],
  [
    /^ended without leaving an exit status(?: after (.+))?$/,
    (time) => `${time ? `${seconds(time)} 만에 ` : ""}종료 상태를 남기지 않고 끝났습니다`,
  ],
  [/^starts again now$/, () => "지금 다시 시작합니다"],
  [/^starts again (?:after|in) (.+)$/, (time) => `${seconds(time)} 뒤에 다시 시작합니다`],
  [/^GET (\S+) answered (\d+)$/, (path, status) => `GET ${path}의 응답이 ${status}입니다`],
  [
    /^GET (\S+) gave no answer within (\d+) ms$/,
    (path, time) => `GET ${path}이(가) ${time}밀리초 안에 응답하지 않았습니다`,
  ],
  [
    /^GET (\S+): nothing listens on port (\d+)$/,
    (path, port) => `GET ${path}: 포트 ${port}에서 기다리는 프로세스가 없습니다`,
  ],
  [/^the gateway has not confirmed the configuration yet$/, () => "게이트웨이가 아직 설정을 확인하지 않았습니다"],
];

const repeated = / \(failure (\d+) in a row\)$/;
const output = /^(.*?)\. Last output: (.*)$/s;

function phrase(text: string): string {
  const count = repeated.exec(text);
  const said = output.exec(text.replace(repeated, ""));
  const words = said?.[1] ?? text.replace(repeated, "");
  const rule = rules.find(([pattern]) => pattern.test(words));
  const match = rule?.[0].exec(words);
  const translated = rule && match ? rule[1](...match.slice(1)) : words;
  return `${translated}${said ? `. 마지막 출력: ${said[2] ?? ""}` : ""}${count ? ` (${count[1]}번 연속 실패)` : ""}`;
}

const boundary = /; (?=starts again |its server group )|, (?=starts again )/;

/** A reason in Korean; phrases that nobody translated stay as the server wrote them. */
export function koReason(text: string): string {
  return text.split(boundary).map(phrase).join("; ");
}
