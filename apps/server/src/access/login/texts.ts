export type Language = "en" | "ko";

const texts = {
  en: {
    login: "Log in",
    name: "Name",
    password: "Password",
    with: "Log in with your organization",
    setup: "Set up the first administrator",
    setupHint: "Gennaker printed a one-time token in its log when it started.",
    token: "Setup token",
    newPassword: "Password (at least 12 characters)",
    create: "Create",
    device: "Connect a program",
    deviceHint: "Enter the code that the program shows.",
    code: "Code",
    next: "Next",
    asks: "This program asks to act as you:",
    allow: "Allow",
    deny: "Do not allow",
    allowed: "Allowed. You can go back to the program.",
    denied: "Not allowed. Nothing was given to the program.",
    noCode: "There is no such code, or its time is over.",
    out: "You are logged out.",
    logout: "Log out",
  },
  ko: {
    login: "로그인",
    name: "이름",
    password: "비밀번호",
    with: "조직 계정으로 로그인",
    setup: "첫 관리자 만들기",
    setupHint: "Gennaker가 시작할 때 로그에 일회용 토큰을 표시했습니다.",
    token: "설정 토큰",
    newPassword: "비밀번호(12자 이상)",
    create: "만들기",
    device: "프로그램 연결",
    deviceHint: "프로그램에 표시된 코드를 입력하세요.",
    code: "코드",
    next: "다음",
    asks: "이 프로그램이 회원님의 이름으로 작업하려고 합니다:",
    allow: "허용",
    deny: "허용 안 함",
    allowed: "허용했습니다. 프로그램으로 돌아가세요.",
    denied: "허용하지 않았습니다. 프로그램에 아무것도 주지 않았습니다.",
    noCode: "그런 코드가 없거나 시간이 지났습니다.",
    out: "로그아웃했습니다.",
    logout: "로그아웃",
  },
} as const;

export type Texts = { readonly [K in keyof (typeof texts)["en"]]: string };

export function textsFor(language: Language): Texts {
  return texts[language];
}

/** The first of the browser's languages that there is. */
export function languageOf(header: string | undefined): Language {
  for (const part of (header ?? "").split(",")) {
    const code = part.trim().slice(0, 2).toLowerCase();
    if (code === "ko" || code === "en") return code;
  }
  return "en";
}
