using System.Linq.Expressions;
using FewShotAD.Domain.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace FewShotAD.Infrastructure.Persistence;

/// <summary>
/// ExecuteUpdate passes by the change tracker, and with it by the guard of SaveChanges: setting TenantId there would hand own rows
/// to another tenant. Such a query does not compile, nor one that changes or deletes rows that are only ever added.
/// </summary>
internal sealed class TenantIsFixed : IQueryExpressionInterceptor
{
    public Expression QueryCompilationStarting(Expression queryExpression, QueryExpressionEventData eventData)
    {
        new Visitor().Visit(queryExpression);
        return queryExpression;
    }

    private sealed class Visitor : ExpressionVisitor
    {
        protected override Expression VisitMethodCall(MethodCallExpression node)
        {
            var isUpdate = node.Method.Name is nameof(EntityFrameworkQueryableExtensions.ExecuteUpdate) or "ExecuteUpdateAsync";
            var isDelete = node.Method.Name is nameof(EntityFrameworkQueryableExtensions.ExecuteDelete) or "ExecuteDeleteAsync";
            if (isUpdate && node.Arguments.Count > 1)
                new Setters().Visit(node.Arguments[1]);
            if ((isUpdate || isDelete) && node.Method.GetGenericArguments() is [var rows, ..] && typeof(IAppendOnly).IsAssignableFrom(rows))
                throw new AppendOnlyException(rows.Name);
            return base.VisitMethodCall(node);
        }
    }

    /// <summary>Looks at what is set, the first of each pair; a value may well read a tenant id.</summary>
    private sealed class Setters : ExpressionVisitor
    {
        protected override Expression VisitNew(NewExpression node)
        {
            Visit(node.Arguments[0]);
            return node;
        }

        protected override Expression VisitLambda<T>(Expression<T> node)
        {
            var body = node.Body is UnaryExpression { NodeType: ExpressionType.Convert } convert ? convert.Operand : node.Body;
            var byMember = body is MemberExpression { Member.Name: nameof(ITenantOwned.TenantId) };
            var byName = body is MethodCallExpression { Method.Name: nameof(EF.Property), Arguments: [_, ConstantExpression { Value: nameof(ITenantOwned.TenantId) }] };
            return byMember || byName
                ? throw new TenantViolationException("A row stays with its tenant: ExecuteUpdate must not set TenantId.")
                : node;
        }
    }
}
