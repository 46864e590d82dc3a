using FewShotAD.Portal.Tests.Support;
using Xunit.v3;

// One portal for all tests: it takes seconds to start, and every test works in a team of its own, which is the product's own
// isolation. More at once than processors only makes times jitter.
[assembly: AssemblyFixture(typeof(PortalHost))]
[assembly: Parallelization(MaxThreads = 2)]
