using System.Net.Http;
using FewShotAD.Portal.Shared;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace FewShotAD.Portal.Features.Account.External;

/// <summary>Why nobody came back from the provider. An address carries the word, the page has the text: no stranger's text is ever shown.</summary>
internal static class ExternalProblem
{
    public const string Declined = "declined";
    public const string Stale = "stale";
    public const string Unreachable = "unreachable";
    public const string Untrusted = "untrusted";

    public static string Of(Exception? failure)
    {
        for (var e = failure; e is not null; e = e.InnerException)
        {
            switch (e)
            {
                case OpenIdConnectProtocolInvalidNonceException:
                    return Stale;
                case SecurityTokenException or OpenIdConnectProtocolException:
                    return Untrusted;
                case HttpRequestException or IOException or OperationCanceledException or TimeoutException:
                    return Unreachable;
            }
        }

        // What is left is a state or cookie that is missing, old or of somebody else.
        return Stale;
    }

    public static string TextOf(string? problem, string provider) => problem switch
    {
        Declined => AccountTexts.DidNotLetYouInOrYou.With(provider),
        Unreachable => AccountTexts.CannotBeReachedAtTheMomentWait.With(provider),
        Untrusted => AccountTexts.TheAnswerOfCouldNotBeTrusted.With(provider),
        _ => AccountTexts.ThisSignInWasBegunTooLong,
    };
}
