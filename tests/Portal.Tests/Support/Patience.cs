using System.Runtime.CompilerServices;
using Bunit;

namespace FewShotAD.Portal.Tests.Support;

internal static class Patience
{
    /// <summary>A page waits for its database, which on a busy machine takes longer than the second that is usual.</summary>
    [ModuleInitializer]
    public static void Set() => BunitContext.DefaultWaitTimeout = TimeSpan.FromSeconds(20);
}
