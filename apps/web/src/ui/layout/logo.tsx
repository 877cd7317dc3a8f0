export function Logo() {
  return (
    <svg width="24" height="24" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="7" fill="#0d5a71" />
      <path d="M17 5c6 5 8 11 6.5 18C19 20 14 19.5 8 21 13 17 16.5 11.5 17 5Z" fill="#fff" />
      <path d="M7 25c6-1.8 12-1.8 18 0" fill="none" stroke="#7fd6e6" strokeWidth="2" strokeLinecap="round" />
    </svg>
  );
}
